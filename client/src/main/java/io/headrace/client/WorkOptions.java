package io.headrace.client;

import java.time.Duration;

/**
 * How a {@link Worker} works.
 *
 * @param slots jobs at the same time, 1 to 10,000: each has a virtual thread and a connection
 * @param onException what becomes of a job whose handler threw something
 * @param stopWithin how long {@link Worker#close} waits for handlers before it interrupts them
 */
public record WorkOptions(int slots, Ending onException, Duration stopWithin) {
  private static final int SLOTS_MAX = 10_000;

  /** One job at a time; buried when its handler throws; ten seconds to stop. */
  public static final WorkOptions DEFAULT =
      new WorkOptions(1, new Ending.Bury(JobOptions.DEFAULT.priority()), Duration.ofSeconds(10));

  public WorkOptions {
    if (slots < 1 || slots > SLOTS_MAX) {
      throw new IllegalArgumentException("a worker has 1 to 10000 slots, not " + slots);
    }
    if (stopWithin.isNegative()) {
      throw new IllegalArgumentException("stopWithin is below 0");
    }
  }

  /** The same with another number of slots. */
  public WorkOptions withSlots(int other) {
    return new WorkOptions(other, onException, stopWithin);
  }

  /** The same with something else for a job whose handler threw something. */
  public WorkOptions withOnException(Ending other) {
    return new WorkOptions(slots, other, stopWithin);
  }

  /** The same with another time to stop. */
  public WorkOptions withStopWithin(Duration other) {
    return new WorkOptions(slots, onException, other);
  }
}
