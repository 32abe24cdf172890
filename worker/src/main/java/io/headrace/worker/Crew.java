package io.headrace.worker;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * What the slots of one supervisor share.
 *
 * @param note tells a person something, in a line
 */
record Crew(
    WorkPlan plan,
    Workshop workshop,
    Orders orders,
    Streak streak,
    Closing closing,
    RandomGenerator random,
    Consumer<String> note) {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration SLOWEST = Duration.ofMinutes(1);

  /** The waits of one slot after failures of its connection. */
  Backoff backoff() {
    return new Backoff(FIRST, SLOWEST, random);
  }
}
