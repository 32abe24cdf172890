package io.headrace.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A script is run.
 *
 * @param bodyAs how it gets the body
 * @param exits what its exit codes mean
 * @param times how long it may take
 * @param log where its output goes as well
 * @param trace whether interpreters that can are to write down what they run
 */
public record ScriptTask(
    Program program,
    BodyAs bodyAs,
    ExitRules exits,
    Times times,
    Optional<LogPlan> log,
    boolean trace)
    implements Task {
  /** How a script gets the body of a job. */
  public enum BodyAs {
    /** On its stdin. */
    STDIN,
    /** As further arguments, one a line. */
    ARGUMENTS
  }

  /**
   * How long things may take.
   *
   * @param stall how long no process of a script need get anywhere before it is hung
   * @param max how long a script may run
   * @param grace from SIGTERM to SIGKILL
   */
  public record Times(Optional<Duration> stall, Optional<Duration> max, Duration grace) {}

  /**
   * Where the output of scripts goes.
   *
   * @param folder a file a slot is made here
   * @param bytesMax a file that is longer is moved to the next number, from {@code .1} on
   * @param files so many are kept of a slot, with the one that is written
   */
  public record LogPlan(Path folder, long bytesMax, int files) {}

  @Override
  public String name() {
    return program.script().getFileName().toString().replaceAll("[^!-~]", "?");
  }
}
