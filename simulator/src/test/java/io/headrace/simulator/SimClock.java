package io.headrace.simulator;

/** Time that passes when the simulation says so: a monotonic clock, and a wall clock that jumps. */
final class SimClock {
  /** What a look at the clock costs, so that a loop with a budget of time ends. */
  private static final long LOOK_NS = 200;

  private static final long START_WALL_NS = 1_700_000_000_000_000_000L;

  private long nanos = 1;
  private long wallOffsetNs = START_WALL_NS;

  /** Monotonic time; each look takes some. */
  long nanoTime() {
    nanos += LOOK_NS;
    return nanos;
  }

  /** Monotonic time, looked at from outside the simulation. */
  long now() {
    return nanos;
  }

  long wallNs() {
    return nanos + wallOffsetNs;
  }

  void advance(long byNs) {
    nanos += byNs;
  }

  /** Sets the wall clock forward or back, as an operator or NTP does. */
  void jumpWall(long byNs) {
    wallOffsetNs += byNs;
  }
}
