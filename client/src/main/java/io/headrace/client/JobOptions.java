package io.headrace.client;

import java.time.Duration;

/**
 * How a job is put.
 *
 * @param priority 0 is the most urgent, 2^32-1 the least
 * @param delay time before it becomes ready, up to 2^32-1 s
 * @param ttr time a session may hold it, 1 s to 2^32-1 s. The protocol counts whole seconds: parts
 *     are rounded up
 */
public record JobOptions(long priority, Duration delay, Duration ttr) {
  /** The highest number that the protocol takes for a priority, and for seconds. */
  public static final long NUMBER_MAX = (1L << 32) - 1;

  /** Neither urgent nor late, ready at once, to be done within a minute. */
  public static final JobOptions DEFAULT =
      new JobOptions(1024, Duration.ZERO, Duration.ofSeconds(60));

  public JobOptions {
    checkedPriority(priority);
    seconds(delay);
    seconds(ttr);
  }

  /** Returns the priority, or throws what says that it is none. */
  public static long checkedPriority(long priority) {
    if (priority < 0 || priority > NUMBER_MAX) {
      throw new IllegalArgumentException("a priority is 0 to 4294967295, not " + priority);
    }
    return priority;
  }

  /** The whole seconds of a duration, parts rounded up. */
  static long seconds(Duration duration) {
    long seconds = duration.getSeconds() + (duration.getNano() > 0 ? 1 : 0);
    if (seconds < 0 || seconds > NUMBER_MAX) {
      throw new IllegalArgumentException(
          "the protocol takes 0 to 4294967295 seconds, not " + seconds);
    }
    return seconds;
  }
}
