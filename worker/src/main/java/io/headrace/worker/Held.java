package io.headrace.worker;

import io.headrace.client.Job;
import java.time.Duration;
import java.util.Map;

/**
 * A job that a slot holds.
 *
 * @param priority as it was put, for its release
 * @param attempt how often it has been reserved, this time too: a number that only grows, so that
 *     whoever sees a larger one knows that this run is over
 * @param reservedNs when it was ours at the latest, of {@link System#nanoTime}
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Held(
    long id, byte[] body, String tube, long priority, long attempt, Duration ttr, long reservedNs) {
  private static final String PRIORITY_USUAL = "1024";
  private static final String TTR_USUAL = "60";

  static Held of(Job job, Map<String, String> facts, String tube, long reservedNs) {
    return new Held(
        job.id(),
        job.body(),
        facts.getOrDefault("tube", tube),
        Long.parseLong(facts.getOrDefault("pri", PRIORITY_USUAL)),
        Long.parseLong(facts.getOrDefault("reserves", "1")),
        Duration.ofSeconds(Long.parseLong(facts.getOrDefault("ttr", TTR_USUAL))),
        reservedNs);
  }

  /** It, for a docket. */
  String text() {
    return id + ", tube " + tube + ", attempt " + attempt;
  }
}
