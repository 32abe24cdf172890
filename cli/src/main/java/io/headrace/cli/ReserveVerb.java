package io.headrace.cli;

import io.headrace.client.DiedResult;
import io.headrace.client.HeadraceClient;
import io.headrace.client.Job;
import io.headrace.client.JobFacts;
import io.headrace.client.ReserveResult;
import io.headrace.client.UnexpectedReply;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace reserve}. */
@Command(
    name = "reserve",
    description = {
      "Takes the next job and prints its body, or runs a command with the body on its stdin.",
      "",
      "With a command: exit 0 deletes the job, anything else releases it; where a signal ended it"
          + " the job is reported as what it died of. While it runs the job is touched, so that it"
          + " is not taken away.",
      "Without one, and without --delete, --bury or --release, the job goes back at once.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  headrace reserve --tube mail --timeout 10s --delete",
      "  headrace reserve --tube mail -- sendmail -t"
    })
final class ReserveVerb implements Callable<Integer> {
  /** One reserve that waits for ever is many that do not: a dead server is noticed. */
  private static final Duration ROUND = Duration.ofSeconds(60);

  @Mixin private Talk talk;

  @Option(
      names = {"-t", "--tube"},
      paramLabel = "TUBE",
      defaultValue = "default",
      description = "A tube to take from; may be given several times (${DEFAULT-VALUE}).")
  private List<String> tubes;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = Talk.Seconds.class,
      description = "How long to wait for a job; 0 for not at all. Unless given: for ever.")
  private Optional<Duration> timeout;

  @Option(names = "--delete", description = "Delete the job when it is printed.")
  private boolean delete;

  @Option(names = "--bury", description = "Bury the job when it is printed.")
  private boolean bury;

  @Option(names = "--release", description = "Release the job when it is printed.")
  private boolean release;

  @Option(
      names = "--on-failure",
      paramLabel = "WHAT",
      defaultValue = "release",
      description = "When the command fails: release, bury or delete (${DEFAULT-VALUE}).")
  private Outcome onFailure;

  @Parameters(
      paramLabel = "COMMAND",
      arity = "0..*",
      description =
          "After '--': a command and its arguments, with the body on stdin and"
              + " HEADRACE_JOB_ID and HEADRACE_TUBE set.")
  private List<String> command = List.of();

  @Override
  public Integer call() {
    var endings = endings();
    if (endings.size() > 1) {
      throw new Failure(Exit.USAGE, "give only one of --delete, --bury and --release");
    }
    if (!command.isEmpty() && !endings.isEmpty()) {
      throw new Failure(
          Exit.USAGE, "with a command its exit decides; --on-failure says what a failure does");
    }
    try (var client = talk.connectToHold()) {
      client.watchOnly(tubes);
      return switch (reserve(client)) {
        case ReserveResult.Reserved(var job) -> take(client, job, endings);
        case ReserveResult.TimedOut _ -> throw none();
        case ReserveResult.DeadlineSoon _ -> throw none();
      };
    }
  }

  private List<Outcome> endings() {
    var endings = new ArrayList<Outcome>();
    if (delete) {
      endings.add(Outcome.DELETE);
    }
    if (bury) {
      endings.add(Outcome.BURY);
    }
    if (release) {
      endings.add(Outcome.RELEASE);
    }
    return endings;
  }

  private Failure none() {
    return new Failure(
        Exit.NO,
        "no job came in " + (tubes.size() == 1 ? "tube " : "tubes ") + String.join(", ", tubes));
  }

  private ReserveResult reserve(HeadraceClient client) {
    if (timeout.isPresent()) {
      return client.reserve(timeout.get());
    }
    while (true) {
      var result = client.reserve(ROUND);
      if (!(result instanceof ReserveResult.TimedOut)) {
        return result;
      }
    }
  }

  private int take(HeadraceClient client, Job job, List<Outcome> endings) {
    var facts = client.statsJob(job.id()).orElse(Map.of());
    var tube = facts.getOrDefault("tube", tubes.getFirst());
    long priority = Long.parseLong(facts.getOrDefault("pri", "1024"));
    if (!command.isEmpty()) {
      long ttrSeconds = Long.parseLong(facts.getOrDefault("ttr", "60"));
      try (var run = new CommandRun(command, job, tube, Duration.ofSeconds(ttrSeconds))) {
        talk.beforeEnd(run::endWithVerb);
        return took(client, job, priority, run);
      }
    }
    print(job, tube);
    if (!endings.isEmpty()) {
      end(client, job, priority, endings.getFirst());
    } else {
      Output.note(
          "job " + job.id() + " goes back now: --delete, --bury, --release or a command decide");
    }
    return Exit.DONE;
  }

  /** Runs the command; its end decides. */
  private int took(HeadraceClient client, Job job, long priority, CommandRun run) {
    int exit = run.run(client);
    if (exit == 0) {
      end(client, job, priority, Outcome.DELETE);
      return Exit.DONE;
    }
    var fatality = Fatality.of(command, exit).filter(_ -> !run.wasEnded(exit));
    if (fatality.isPresent() && onFailure == Outcome.RELEASE) {
      died(client, job, fatality.get());
    }
    end(client, job, priority, onFailure);
    throw new Failure(
        Exit.NO, command.getFirst() + " exited with " + exit + "; " + fate(client, job.id()));
  }

  /** What became of a job: a policy of its tube may have ended it when it was released. */
  private String fate(HeadraceClient client, long job) {
    var shown = onFailure == Outcome.RELEASE ? client.showJob(job) : Optional.<JobFacts>empty();
    var cause = shown.map(its -> its.facts().getOrDefault("cause", "none")).orElse("none");
    return cause.equals("none")
        ? "job " + job + " " + onFailure.done()
        : "job " + job + " is " + cause + " now: 'headrace dead show " + job + "' tells";
  }

  /** Reports the death of the command, where the server takes such a report. */
  private static void died(HeadraceClient client, Job job, Fatality fatality) {
    try {
      if (client.died(job.id(), fatality.docket()) == DiedResult.DIED) {
        throw new Failure(
            Exit.NO,
            fatality.command().getFirst()
                + " was ended by "
                + fatality.signal()
                + "; job "
                + job.id()
                + " is reported as its death: 'headrace dead show "
                + job.id()
                + "' shows it");
      }
    } catch (UnexpectedReply e) {
      if (!e.unknownCommand()) {
        throw e;
      }
    }
  }

  private void print(Job job, String tube) {
    if (talk.output().json()) {
      var value = new LinkedHashMap<String, Object>();
      value.put("id", job.id());
      value.put("tube", tube);
      putBody(value, job.body());
      talk.output().result("", value);
    } else {
      talk.output().raw(job.body());
      Output.note("job " + job.id() + " of tube " + tube);
    }
  }

  /** JSON knows text only: other bytes go as Base64, under another name. */
  static void putBody(Map<String, Object> value, byte[] body) {
    try {
      value.put(
          "body", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
    } catch (CharacterCodingException e) {
      value.put("body-base64", Base64.getEncoder().encodeToString(body));
    }
  }

  private static void end(HeadraceClient client, Job job, long priority, Outcome outcome) {
    boolean held =
        switch (outcome) {
          case DELETE -> client.delete(job.id());
          case BURY -> client.bury(job.id(), priority);
          case RELEASE -> client.release(job.id(), priority, Duration.ZERO);
        };
    if (!held) {
      throw new Failure(
          Exit.NO,
          "job "
              + job.id()
              + " was not "
              + outcome.done()
              + ": its time to run had ended, so that it may have gone to another worker");
    }
  }
}
