package io.headrace.cli;

import io.headrace.server.Quantity;
import io.headrace.worker.Task;
import io.headrace.worker.VerdictRules;
import io.headrace.worker.WebTask;
import io.headrace.worker.WorkPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is to be worked on, and how: the same on the command line and in a file of workers. */
final class WorkOptions {
  private static final String AUTO = "auto";

  @Mixin private ScriptFlags scripts;

  @Mixin private WebFlags requests;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "TUBE",
      description = "The tube to take jobs from.")
  private Optional<String> tube;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "After '--': the script, and its arguments.")
  private List<String> command = List.of();

  @Option(
      names = "--http",
      description =
          "In place of a script: each body is a web request, a URL or a JSON object with url,"
              + " method, headers, body and expect.")
  private boolean http;

  @Option(
      names = "--on-verdict",
      paramLabel = "CLASS=WHAT",
      description =
          "What a response means that is not as expected: delete, release, bury or delay:TIME."
              + " CLASS is a verdict as 'headrace check' tells it, a status (404, 5xx), or a list:"
              + " 404,410=delete, dns-failed=delay:5m. May be given several times.")
  private List<String> onVerdict = List.of();

  @Option(
      names = "--procs",
      paramLabel = "N",
      defaultValue = "1",
      description = "Jobs at once, each with a connection; auto: one a processor (1).")
  private String procs;

  @Option(
      names = "--finish",
      paramLabel = "TIME",
      defaultValue = "30s",
      converter = Talk.AnyDuration.class,
      description = "How long jobs may go on after a SIGTERM to this verb (${DEFAULT-VALUE}).")
  private Duration finish;

  @Option(
      names = "--result-tube",
      paramLabel = "TUBE",
      description =
          "What comes of a job that is done, a script's stdout or the body of a response, is put"
              + " here as a job.")
  private Optional<String> resultTube;

  @Option(names = "--until-empty", description = "End when no job has come for a second.")
  private boolean untilEmpty;

  @Option(
      names = "--give-up-after",
      paramLabel = "N",
      defaultValue = "0",
      description = "End a slot after so many failed connections in a row; 0: never.")
  private int giveUpAfter;

  /** Whether there is anything of it. */
  boolean isGiven() {
    return tube.isPresent();
  }

  /** All of it, checked against the system. */
  WorkPlan plan() {
    if (tube.isEmpty() || (command.isEmpty() && !http)) {
      throw new Failure(
          Exit.USAGE,
          "there is nothing to run; give a tube and a script, as in: work mail -- ./send.sh, or"
              + " --http for web requests");
    }
    return new WorkPlan(
        List.of(tube.get()),
        http ? webTask() : scriptTask(),
        slots(),
        finish,
        resultTube,
        untilEmpty,
        giveUpAfter,
        Quantity::duration);
  }

  private Task scriptTask() {
    var given = new ArrayList<>(requests.given());
    if (!onVerdict.isEmpty()) {
      given.addFirst("--on-verdict");
    }
    if (!given.isEmpty()) {
      throw new Failure(
          Exit.USAGE,
          given.getFirst()
              + " is for web requests; give --http in place of a script, or leave it"
              + " out");
    }
    return scripts.task(command);
  }

  private Task webTask() {
    if (!command.isEmpty()) {
      throw new Failure(
          Exit.USAGE,
          "with --http nothing is run; leave out '" + command.getFirst() + "', or --http");
    }
    if (!scripts.given().isEmpty()) {
      throw new Failure(
          Exit.USAGE,
          scripts.given().getFirst()
              + " is for scripts and means nothing with --http; leave it out"
              + " (web requests have --deadline and --on-verdict)");
    }
    return new WebTask(
        requests.deadlines(),
        requests.sizes(),
        requests.trust(),
        VerdictRules.of(onVerdict, Quantity::duration));
  }

  private int slots() {
    if (procs.equals(AUTO)) {
      return Runtime.getRuntime().availableProcessors();
    }
    if (procs.matches("\\d{1,4}")) {
      int count = Integer.parseInt(procs);
      if (count >= 1 && count <= WorkPlan.SLOTS_MAX) {
        return count;
      }
    }
    throw new Failure(
        Exit.USAGE,
        "--procs '" + procs + "' is no count; write 1 to " + WorkPlan.SLOTS_MAX + ", or auto");
  }
}
