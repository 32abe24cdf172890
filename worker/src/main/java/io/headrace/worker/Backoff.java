package io.headrace.worker;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Waits that double from one failure to the next, up to a cap, each drawn from its upper half. */
final class Backoff {
  private static final int DOUBLINGS_MAX = 40;

  private final Duration first;
  private final Duration max;
  private final RandomGenerator random;
  private int failures;

  Backoff(Duration first, Duration max, RandomGenerator random) {
    this.first = first;
    this.max = max;
    this.random = random;
  }

  /** The wait after the next failure. */
  Duration next() {
    return after(++failures);
  }

  /** The wait after so many failures, from 1. */
  Duration after(long count) {
    int doublings = (int) Math.min(DOUBLINGS_MAX, count - 1);
    double wholeNs =
        Math.min((double) max.toNanos(), Math.scalb((double) first.toNanos(), doublings));
    return Duration.ofNanos((long) (wholeNs * (0.5 + random.nextDouble() / 2)));
  }

  /** How many failures there were in a row. */
  int failures() {
    return failures;
  }

  /** All is well again. */
  void reset() {
    failures = 0;
  }
}
