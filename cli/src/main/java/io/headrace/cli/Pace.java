package io.headrace.cli;

import java.time.Duration;

/** So many steps in a second, and no more. */
final class Pace {
  private static final double NS_PER_S = 1e9;

  private final long beganNs = System.nanoTime();
  private final double perSecond;
  private long steps;

  /** A pace; infinity is none. */
  Pace(double perSecond) {
    this.perSecond = perSecond;
  }

  /** Waits until the next step is due. */
  void step() {
    long dueNs = beganNs + (long) (steps++ * NS_PER_S / perSecond);
    sleep(Duration.ofNanos(dueNs - System.nanoTime()));
  }

  /** Sleeps, if the time is above 0. */
  static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(Exit.NO, "interrupted", e);
    }
  }
}
