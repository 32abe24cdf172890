package io.headrace.cli;

import io.headrace.client.ClientException;
import io.headrace.client.HeadraceClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which dead jobs something is done to, and the doing. */
final class DeadChoice {
  private static final int EXAMPLES = 3;

  @Parameters(arity = "0..*", paramLabel = "JOB", description = "The jobs, by their ids.")
  private List<Long> given = List.of();

  @Option(
      names = "--signature",
      paramLabel = "TEXT",
      description =
          "Instead of JOB: all whose death has this signature, as 'headrace dead list' shows it.")
  private Optional<String> signature = Optional.empty();

  @Option(
      names = {"-t", "--tube"},
      paramLabel = "TUBE",
      description = "With --signature: only those that are in this tube, or came from it.")
  private Optional<String> tube = Optional.empty();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "With --signature: the first N at most.")
  private Optional<Integer> limit = Optional.empty();

  @Option(names = "--rate", paramLabel = "R", description = "At most R jobs a second.")
  private double rate = Double.POSITIVE_INFINITY;

  @Option(names = "--yes", description = "With --signature: yes, do it to all of them.")
  private boolean yes;

  /** Does it. */
  int act(Talk talk, DeadAct act, Canary canary) {
    check();
    canary.check(signature.isPresent());
    try (var client = talk.connect()) {
      return signature.isPresent()
          ? many(talk, client, signature.get(), act, canary)
          : each(talk, client, act);
    }
  }

  private void check() {
    if (given.isEmpty() == signature.isEmpty()) {
      throw new Failure(Exit.USAGE, "give the jobs' ids, or --signature");
    }
    if (signature.isEmpty() && (tube.isPresent() || limit.isPresent())) {
      throw new Failure(Exit.USAGE, "--tube and --limit go with --signature");
    }
    if (limit.isPresent() && limit.get() < 1) {
      throw new Failure(Exit.USAGE, "--limit is 1 or more, not " + limit.get());
    }
    if (!(rate > 0)) {
      throw new Failure(Exit.USAGE, "--rate is a number of jobs a second above 0, not " + rate);
    }
  }

  private int each(Talk talk, HeadraceClient client, DeadAct act) {
    var done = new ArrayList<Long>();
    var pace = new Pace(rate);
    for (long id : given) {
      pace.step();
      if (act.apply(client, id)) {
        talk.output()
            .result("job " + id + " " + act.done(), inOrder("id", id, "result", act.done()));
        done.add(id);
      } else {
        Output.note("job " + id + " was not " + act.done() + ": " + act.whyNot());
      }
    }
    if (!done.isEmpty()) {
      act.noteNext(done);
    }
    return done.size() == given.size() ? Exit.DONE : Exit.NO;
  }

  private int many(Talk talk, HeadraceClient client, String alike, DeadAct act, Canary canary) {
    var all = DeadList.of(client, tube).with(alike, act.isForDropped());
    var chosen = all.subList(0, Math.min(all.size(), limit.orElse(Integer.MAX_VALUE)));
    if (chosen.isEmpty()) {
      throw new Failure(
          Exit.NO,
          "no "
              + (act.isForDropped() ? "dropped" : "dead")
              + " job has the signature '"
              + alike
              + "'; 'headrace dead list' shows them");
    }
    if (!yes) {
      talk.output().rows(byTube(chosen), "");
      throw new Failure(
          Exit.USAGE,
          "this would " + act.word() + " " + count(chosen.size()) + "; say --yes to do it");
    }
    var jobs = chosen.stream().map(DeadJob::id).toList();
    var run = new Run(client, act, new Pace(rate));
    int first = Math.min(canary.first(), jobs.size());
    run.doTo(jobs.subList(0, first));
    var wrong = first == 0 ? Optional.<String>empty() : canary.watch(client, run.done);
    if (wrong.isEmpty()) {
      run.doTo(jobs.subList(first, jobs.size()));
    }
    int left = jobs.size() - run.done.size() - run.missed;
    talk.output().result(run.text(), inOrder(act.done(), run.done.size(), "left", left));
    if (wrong.isPresent()) {
      throw new Failure(Exit.NO, wrong.get() + "; left alone: " + count(left));
    }
    act.noteNext("--signature '" + alike.replace("'", "'\\''") + "' --yes");
    return run.missed == 0 ? Exit.DONE : Exit.NO;
  }

  private static Map<String, Object> inOrder(
      String first, Object its, String second, Object others) {
    var value = new LinkedHashMap<String, Object>();
    value.put(first, its);
    value.put(second, others);
    return value;
  }

  private static String count(int jobs) {
    return jobs + (jobs == 1 ? " job" : " jobs");
  }

  private static List<Map<String, String>> byTube(List<DeadJob> jobs) {
    var tubes = new LinkedHashMap<String, List<DeadJob>>();
    jobs.forEach(job -> tubes.computeIfAbsent(job.tube(), _ -> new ArrayList<>()).add(job));
    var rows = new ArrayList<Map<String, String>>();
    tubes.forEach((name, its) -> {
      var row = new LinkedHashMap<String, String>();
      row.put("tube", name);
      row.put("jobs", Integer.toString(its.size()));
      row.put(
          "examples",
          its.stream()
              .limit(EXAMPLES)
              .map(job -> Long.toString(job.id()))
              .collect(Collectors.joining(" ")));
      rows.add(row);
    });
    return rows;
  }

  /** An act that is done to many, and how far it has come. */
  private static final class Run {
    private final HeadraceClient client;
    private final DeadAct act;
    private final Pace pace;
    private final List<Long> done = new ArrayList<>();
    private int missed;

    private Run(HeadraceClient client, DeadAct act, Pace pace) {
      this.client = client;
      this.act = act;
      this.pace = pace;
    }

    private void doTo(List<Long> jobs) {
      try {
        for (long id : jobs) {
          pace.step();
          if (act.apply(client, id)) {
            done.add(id);
          } else {
            missed++;
          }
        }
      } catch (ClientException e) {
        Output.note(text() + " before this:");
        throw e;
      }
    }

    private String text() {
      var gone = missed == 0 ? "" : ", " + missed + " were gone meanwhile";
      return count(done.size()) + " " + act.done() + gone;
    }
  }
}
