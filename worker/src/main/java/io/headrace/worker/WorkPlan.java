package io.headrace.worker;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a supervisor is to do.
 *
 * @param tubes where jobs come from
 * @param task what is done for each
 * @param slots how many jobs at once, 1 to {@link #SLOTS_MAX}
 * @param finish how long what is being done may go on when the supervisor is to end
 * @param resultTube where what comes of a job that is done is put, as a job
 * @param untilEmpty whether to end when no job has come for a second
 * @param giveUpAfter failures in a row after which a slot ends; 0: never
 * @param durations reads the times that the server writes
 */
public record WorkPlan(
    List<String> tubes,
    Task task,
    int slots,
    Duration finish,
    Optional<String> resultTube,
    boolean untilEmpty,
    int giveUpAfter,
    Function<String, Duration> durations) {
  /** A slot costs a thread, a connection and, for scripts, a guardian. */
  public static final int SLOTS_MAX = 1000;

  /** Keeps a copy. */
  public WorkPlan {
    tubes = List.copyOf(tubes);
  }
}
