package io.headrace.cli;

import io.headrace.server.Quantity;
import io.headrace.worker.ExitRules;
import io.headrace.worker.Program;
import io.headrace.worker.ScriptTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say how a script is run. */
final class ScriptFlags {
  private static final Duration STALL_DEFAULT = Duration.ofSeconds(60);
  private static final Duration GRACE_DEFAULT = Duration.ofSeconds(5);

  @Mixin private WorkLimits limits;

  @Mixin private WorkLogs logs;

  @Option(names = "--args", description = "The lines of the body are arguments, not stdin.")
  private boolean args;

  @Option(
      names = "--on-exit",
      paramLabel = "CODE=WHAT",
      description =
          "What an exit code means: delete, release, bury, died or delay:TIME. CODE may be a list"
              + " or a range: 3=bury, 10-19=delay:30s. May be given several times.")
  private List<String> onExit = List.of();

  @Option(
      names = "--stall",
      paramLabel = "TIME",
      description =
          "A script is hung when none of its processes has used a processor, moved a byte or"
              + " changed for so long; none: never (60s).")
  private Optional<String> stall = Optional.empty();

  @Option(
      names = "--max-time",
      paramLabel = "TIME",
      converter = Talk.AnyDuration.class,
      description = "The longest a script may run. Unless given: as long as it gets on.")
  private Optional<Duration> maxTime = Optional.empty();

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      converter = Talk.AnyDuration.class,
      description = "How long a script has from SIGTERM to SIGKILL (5s).")
  private Optional<Duration> grace = Optional.empty();

  @Option(
      names = "--trace",
      description =
          "Bash tells what it runs, and perl with Devel::Trace; the end of it joins the evidence"
              + " of a death.")
  private boolean trace;

  /** All of it, checked against the system. */
  ScriptTask task(List<String> command) {
    return new ScriptTask(
        Program.of(command, limits.limits()),
        args ? ScriptTask.BodyAs.ARGUMENTS : ScriptTask.BodyAs.STDIN,
        ExitRules.of(onExit, Quantity::duration),
        new ScriptTask.Times(longestStall(), maxTime, grace.orElse(GRACE_DEFAULT)),
        logs.plan(),
        trace);
  }

  private Optional<Duration> longestStall() {
    if (stall.isEmpty()) {
      return Optional.of(STALL_DEFAULT);
    }
    if (stall.get().equals("none")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Quantity.duration(stall.get()));
    } catch (IllegalArgumentException e) {
      throw new Failure(Exit.USAGE, "--stall: " + e.getMessage() + ", or none", e);
    }
  }

  /** Those that were given, by name. */
  List<String> given() {
    var given = new ArrayList<String>();
    if (args) {
      given.add("--args");
    }
    if (!onExit.isEmpty()) {
      given.add("--on-exit");
    }
    stall.ifPresent(_ -> given.add("--stall"));
    maxTime.ifPresent(_ -> given.add("--max-time"));
    grace.ifPresent(_ -> given.add("--grace"));
    if (trace) {
      given.add("--trace");
    }
    given.addAll(limits.given());
    given.addAll(logs.given());
    return given;
  }
}
