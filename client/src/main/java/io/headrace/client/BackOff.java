package io.headrace.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: chance up to a bound that doubles, so that those who
 * lost the same server do not come back all at once ("full jitter").
 */
final class BackOff {
  private static final int DOUBLINGS_MAX = 30;

  private final long minNs;
  private final long maxNs;
  private final RandomGenerator chance;

  BackOff(Duration min, Duration max, RandomGenerator chance) {
    this.minNs = min.toNanos();
    this.maxNs = max.toNanos();
    this.chance = chance;
  }

  /** Nanoseconds to wait after so many failures in a row; 0 after none. */
  synchronized long ns(int failures) {
    if (failures == 0) {
      return 0;
    }
    int doublings = Math.min(failures - 1, DOUBLINGS_MAX);
    long boundNs = minNs > maxNs >> doublings ? maxNs : minNs << doublings;
    return chance.nextLong(boundNs + 1);
  }
}
