package io.headrace.cli;

import io.headrace.server.Quantity;
import io.headrace.worker.ExitRules;
import io.headrace.worker.Program;
import io.headrace.worker.ScriptTask;
import io.headrace.worker.WorkPlan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is to be worked on, and how: the same on the command line and in a file of workers. */
final class WorkOptions {
  private static final String AUTO = "auto";

  @Mixin private WorkLimits limits;

  @Mixin private WorkLogs logs;

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
      names = "--procs",
      paramLabel = "N",
      defaultValue = "1",
      description = "Scripts at once, each with a connection; auto: one a processor (1).")
  private String procs;

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
      defaultValue = "60s",
      description =
          "A script is hung when none of its processes has used a processor, moved a byte or"
              + " changed for so long; none: never (${DEFAULT-VALUE}).")
  private String stall;

  @Option(
      names = "--max-time",
      paramLabel = "TIME",
      converter = Talk.AnyDuration.class,
      description = "The longest a script may run. Unless given: as long as it gets on.")
  private Optional<Duration> maxTime;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      defaultValue = "5s",
      converter = Talk.AnyDuration.class,
      description = "How long a script has from SIGTERM to SIGKILL (${DEFAULT-VALUE}).")
  private Duration grace;

  @Option(
      names = "--finish",
      paramLabel = "TIME",
      defaultValue = "30s",
      converter = Talk.AnyDuration.class,
      description = "How long scripts may go on after a SIGTERM to this verb (${DEFAULT-VALUE}).")
  private Duration finish;

  @Option(
      names = "--result-tube",
      paramLabel = "TUBE",
      description = "A script's stdout is put here, as a job, when it exits with 0.")
  private Optional<String> resultTube;

  @Option(
      names = "--trace",
      description =
          "Bash tells what it runs, and perl with Devel::Trace; the end of it joins the evidence"
              + " of a death.")
  private boolean trace;

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
    if (tube.isEmpty() || command.isEmpty()) {
      throw new Failure(
          Exit.USAGE,
          "there is nothing to run; give a tube and a script, as in: work mail -- ./send.sh");
    }
    return new WorkPlan(
        List.of(tube.get()),
        new ScriptTask(
            Program.of(command, limits.limits()),
            args ? ScriptTask.BodyAs.ARGUMENTS : ScriptTask.BodyAs.STDIN,
            ExitRules.of(onExit, Quantity::duration),
            new ScriptTask.Times(stall(), maxTime, grace),
            logs.plan(),
            trace),
        slots(),
        finish,
        resultTube,
        untilEmpty,
        giveUpAfter,
        Quantity::duration);
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

  private Optional<Duration> stall() {
    if (stall.equals("none")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Quantity.duration(stall));
    } catch (IllegalArgumentException e) {
      throw new Failure(Exit.USAGE, "--stall: " + e.getMessage() + ", or none", e);
    }
  }
}
