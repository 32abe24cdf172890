package io.headrace.worker;

import io.headrace.worker.process.Environment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * What the slots of one supervisor share.
 *
 * @param token by which its processes are told from those of others
 * @param name of the tube, for files
 * @param temporary the folder in which each slot has one for its scripts
 * @param environment what all scripts get
 * @param note tells a person something, in a line
 */
record Crew(
    WorkPlan plan,
    String token,
    String name,
    Path temporary,
    Environment environment,
    Orders orders,
    Streak streak,
    Closing closing,
    ScriptFile file,
    OomWatch oom,
    RandomGenerator random,
    Consumer<String> note) {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration SLOWEST = Duration.ofMinutes(1);

  /** The waits of one slot after failures of its connection. */
  Backoff backoff() {
    return new Backoff(FIRST, SLOWEST, random);
  }
}
