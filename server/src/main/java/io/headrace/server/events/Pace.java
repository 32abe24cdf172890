package io.headrace.server.events;

import java.time.Duration;
import java.util.List;

/**
 * How fast a target is told, and how patiently.
 *
 * @param perSecond how many events it is told a second, when many wait
 * @param burst how many it may be told at once after a quiet time
 * @param fold for how long events like one that was told are collected, and then told as one
 * @param backoff the time before each further try
 */
record Pace(int perSecond, int burst, Duration fold, List<Duration> backoff) {
  /** Three further tries, 21 s in all: what a webhook that restarts takes. */
  static final Pace DEFAULT =
      new Pace(
          10,
          20,
          Duration.ofSeconds(10),
          List.of(Duration.ofSeconds(1), Duration.ofSeconds(4), Duration.ofSeconds(16)));

  Pace {
    backoff = List.copyOf(backoff);
  }

  /** How many times an event is tried in all. */
  int tries() {
    return 1 + backoff.size();
  }

  /**
   * The time before the next try, a quarter more or less: targets that failed together are not
   * tried again together.
   *
   * @param failed how many tries have failed, 1 to {@link #tries} - 1
   * @param chance 0 to 1
   */
  long delayNs(int failed, double chance) {
    return (long) (backoff.get(failed - 1).toNanos() * (0.75 + 0.5 * chance));
  }
}
