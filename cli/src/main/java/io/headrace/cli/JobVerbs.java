package io.headrace.cli;

import io.headrace.client.HeadraceClient;
import io.headrace.client.Job;
import io.headrace.client.JobOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace job …}: what can be done to single jobs, whoever put them. */
@Command(name = "job", description = "Looks at jobs and moves them.")
final class JobVerbs {
  private static final String THE_JOBS = "The jobs.";

  /** Where a job can stand. */
  enum State {
    READY,
    DELAYED,
    RESERVED,
    BURIED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Command(
      name = "peek",
      description = "Prints the body of a job, or of the next one of a tube, and leaves it.",
      footer = {"", "Example:", "  headrace job peek --tube mail --state buried"})
  int peek(
      @Mixin Talk talk,
      @Parameters(
              arity = "0..1",
              paramLabel = "ID",
              description = "The job. Unless given: the next one of a tube.")
          Optional<Long> id,
      @Option(
              names = {"-t", "--tube"},
              paramLabel = "TUBE",
              defaultValue = "default",
              description = "Without ID: the tube (${DEFAULT-VALUE}).")
          String tube,
      @Option(
              names = "--state",
              paramLabel = "STATE",
              defaultValue = "ready",
              description = "Without ID: ready, delayed or buried (${DEFAULT-VALUE}).")
          State state) {
    try (var client = talk.connect()) {
      var job = id.isPresent() ? client.peek(id.get()) : next(client, tube, state);
      var what = id.map(one -> "job " + one).orElse(state.word() + " job in tube " + tube);
      print(talk, job.orElseThrow(() -> new Failure(Exit.NO, "there is no " + what)));
      return Exit.DONE;
    }
  }

  private static Optional<Job> next(HeadraceClient client, String tube, State state) {
    client.use(tube);
    return switch (state) {
      case READY -> client.peekReady();
      case DELAYED -> client.peekDelayed();
      case BURIED -> client.peekBuried();
      case RESERVED ->
          throw new Failure(Exit.USAGE, "a reserved job is seen by its id: 'headrace job peek ID'");
    };
  }

  private static void print(Talk talk, Job job) {
    if (talk.output().json()) {
      var value = new LinkedHashMap<String, Object>();
      value.put("id", job.id());
      ReserveVerb.putBody(value, job.body());
      talk.output().result("", value);
    } else {
      talk.output().raw(job.body());
      Output.note("job " + job.id());
    }
  }

  @Command(
      name = "show",
      description = "Prints what is to be known of a job, and who had it when.",
      footer = {"", "Example:", "  headrace job show 12"})
  int show(@Mixin Talk talk, @Parameters(paramLabel = "ID", description = "The job.") long id) {
    return talk.result(client -> {
      var history = History.of(client, id);
      return new Talk.Changed(history.text(), history.json());
    });
  }

  @Command(
      name = "list",
      description = "Lists the first jobs of a tube, in the order in which they come up.",
      footer = {"", "Example:", "  headrace job list mail --state buried"})
  int list(
      @Mixin Talk talk,
      @Parameters(
              arity = "0..1",
              paramLabel = "TUBE",
              description = "The tube. Unless given: default.")
          Optional<String> first,
      @Option(
              names = {"-t", "--tube"},
              paramLabel = "TUBE",
              description = "The same.")
          Optional<String> second,
      @Option(
              names = "--state",
              paramLabel = "STATE",
              description = "ready, delayed, reserved or buried. Unless given: all of them.")
          Optional<State> state,
      @Option(
              names = "--max",
              paramLabel = "N",
              defaultValue = "100",
              description = "The most jobs of each state, up to 1000 (${DEFAULT-VALUE}).")
          int max) {
    if (first.isPresent() && second.isPresent()) {
      throw new Failure(Exit.USAGE, "give the tube once, not also with --tube");
    }
    var tube = first.or(() -> second).orElse("default");
    if (max < 1 || max > HeadraceClient.LIST_JOBS_MAX) {
      throw new Failure(Exit.USAGE, "--max is 1 to 1000, not " + max);
    }
    return talk.rows(
        "tube " + tube + " holds no such job",
        client -> {
          var rows = new ArrayList<Map<String, String>>();
          for (var one : state.map(List::of).orElse(List.of(State.values()))) {
            rows.addAll(
                client.listJobs(tube, one.word(), max).orElseThrow(() -> TubeVerbs.noTube(tube)));
          }
          return rows;
        });
  }

  @Command(
      name = "delete",
      description = "Deletes jobs for good; not those that a worker holds.",
      footer = {"", "Example:", "  headrace job delete 12 13"})
  int delete(
      @Mixin Talk talk,
      @Parameters(arity = "1..*", paramLabel = "ID", description = THE_JOBS) List<Long> ids) {
    return each(talk, talk.connect(), ids, "deleted", HeadraceClient::delete);
  }

  @Command(
      name = "release",
      description = "Makes jobs ready, or delayed, whatever they were; not those that are held.",
      footer = {"", "Example:", "  headrace job release 12 --delay 1h"})
  int release(
      @Mixin Talk talk,
      @Parameters(arity = "1..*", paramLabel = "ID", description = THE_JOBS) List<Long> ids,
      @Mixin Priority priority,
      @Option(
              names = {"-d", "--delay"},
              paramLabel = "TIME",
              defaultValue = "0",
              converter = Talk.Seconds.class,
              description = "Time before it becomes ready (${DEFAULT-VALUE}).")
          Duration delay) {
    return each(
        talk,
        talk.connectToHold(),
        ids,
        "released",
        priority.held((client, id, n) -> client.release(id, n, delay)));
  }

  @Command(
      name = "bury",
      description = "Sets jobs aside until they are kicked; not those that a worker holds.",
      footer = {"", "Example:", "  headrace job bury 12"})
  int bury(
      @Mixin Talk talk,
      @Parameters(arity = "1..*", paramLabel = "ID", description = THE_JOBS) List<Long> ids,
      @Mixin Priority priority) {
    return each(talk, talk.connectToHold(), ids, "buried", priority.held(HeadraceClient::bury));
  }

  @Command(
      name = "kick",
      description = "Makes buried or delayed jobs ready: these, or the next ones of a tube.",
      footer = {"", "Example:", "  headrace job kick --tube mail --max 100"})
  int kick(
      @Mixin Talk talk,
      @Parameters(arity = "0..*", paramLabel = "ID", description = THE_JOBS) List<Long> given,
      @Option(
              names = {"-t", "--tube"},
              paramLabel = "TUBE",
              description =
                  "Without IDs: the tube. Its buried jobs if it has any, else its delayed.")
          Optional<String> tube,
      @Option(
              names = "--max",
              paramLabel = "N",
              defaultValue = "1",
              description = "Without IDs: how many at most (${DEFAULT-VALUE}).")
          long max) {
    var ids = Objects.requireNonNullElse(given, List.<Long>of());
    if (ids.isEmpty() == tube.isEmpty()) {
      throw new Failure(Exit.USAGE, "give the jobs' ids, or --tube");
    }
    if (!ids.isEmpty()) {
      return each(talk, talk.connect(), ids, "kicked", HeadraceClient::kickJob);
    }
    if (max < 1) {
      throw new Failure(Exit.USAGE, "--max is 1 or more, not " + max);
    }
    try (var client = talk.connect()) {
      client.use(tube.get());
      long kicked = client.kick(max);
      talk.output().result(kicked + " kicked", Map.of("kicked", kicked));
      return kicked > 0 ? Exit.DONE : Exit.NO;
    }
  }

  interface Change {
    boolean apply(HeadraceClient client, long id);
  }

  private static int each(
      Talk talk, HeadraceClient connected, List<Long> ids, String done, Change change) {
    int exit = Exit.DONE;
    try (var client = connected) {
      for (long id : ids) {
        if (change.apply(client, id)) {
          talk.output().result("job " + id + " " + done, Map.of("id", id, "result", done));
        } else {
          Output.note("job " + id + " was not " + done + ": " + why(client, id));
          exit = Exit.NO;
        }
      }
    }
    return exit;
  }

  private static String why(HeadraceClient client, long id) {
    return client
        .statsJob(id)
        .map(facts -> "it is " + facts.getOrDefault("state", "in another state"))
        .orElse("there is no such job");
  }

  interface HeldChange {
    boolean apply(HeadraceClient client, long id, long priority);
  }

  /** The priority that a job gets when it is moved. */
  static final class Priority {
    @Option(
        names = {"-p", "--pri"},
        paramLabel = "N",
        description = "The job's new priority. Unless given: as it was.")
    private Optional<Long> given;

    /** A change of a job that nobody holds: the protocol wants it held for that. */
    Change held(HeldChange change) {
      return (client, id) -> {
        // Before the job is taken: what is refused then leaves it as it was.
        long priority = JobOptions.checkedPriority(given.orElseGet(() -> asItIs(client, id)));
        return client.reserveJob(id).isPresent() && change.apply(client, id, priority);
      };
    }

    private static long asItIs(HeadraceClient client, long id) {
      return client.statsJob(id).map(facts -> Long.parseLong(facts.get("pri"))).orElse(0L);
    }
  }
}
