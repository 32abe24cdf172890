package io.headrace.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a supervisor is to do.
 *
 * @param tubes where jobs come from
 * @param program what is run for each
 * @param slots how many jobs at once, 1 to {@link #SLOTS_MAX}
 * @param bodyAs how a script gets the body
 * @param exits what its exit codes mean
 * @param times how long it may take
 * @param resultTube where its stdout is put, as a job, when it exits with 0
 * @param log where its output goes as well
 * @param trace whether interpreters that can are to write down what they run
 * @param untilEmpty whether to end when no job has come for a second
 * @param giveUpAfter failures in a row after which a slot ends; 0: never
 * @param durations reads the times that the server writes
 */
public record WorkPlan(
    List<String> tubes,
    Program program,
    int slots,
    BodyAs bodyAs,
    ExitRules exits,
    Times times,
    Optional<String> resultTube,
    Optional<LogPlan> log,
    boolean trace,
    boolean untilEmpty,
    int giveUpAfter,
    Function<String, Duration> durations) {
  /** A slot costs a thread, a connection and a guardian. */
  public static final int SLOTS_MAX = 1000;

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
   * @param finish how long scripts may go on when the supervisor is to end
   */
  public record Times(
      Optional<Duration> stall, Optional<Duration> max, Duration grace, Duration finish) {
    /** 60 s without progress, no limit otherwise, 5 s of grace, 30 s to finish. */
    public static final Times USUAL =
        new Times(
            Optional.of(Duration.ofSeconds(60)),
            Optional.empty(),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30));
  }

  /**
   * Where the output of scripts goes.
   *
   * @param folder a file a slot is made here
   * @param bytesMax a file that is longer is moved to the next number, from {@code .1} on
   * @param files so many are kept of a slot, with the one that is written
   */
  public record LogPlan(Path folder, long bytesMax, int files) {}

  /** Keeps a copy. */
  public WorkPlan {
    tubes = List.copyOf(tubes);
  }
}
