package io.headrace.server;

import io.headrace.queue.Invariant;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Who is told of events besides the log.
 *
 * @param command what {@code /bin/sh -c} runs for each event, with a line of JSON on stdin
 * @param url where each event is posted to: an absolute URL of http or https
 * @param deathsPerMinute how many jobs that expire or become dead letters are usual, at least 1;
 *     more are an event
 * @param age how long the next job of a tube may be ready; longer is an event
 */
public record EventOptions(
    Optional<String> command, Optional<URI> url, int deathsPerMinute, Optional<Duration> age) {
  /** What is usual unless somebody says otherwise, in jobs a minute. */
  public static final int DEATHS_PER_MINUTE = 60;

  public EventOptions {
    Invariant.check(deathsPerMinute >= 1, "at least one job a minute");
    Invariant.check(age.map(Duration::isPositive).orElse(true), "jobs may wait");
  }

  /** Tells the log only. */
  public static EventOptions none() {
    return new EventOptions(
        Optional.empty(), Optional.empty(), DEATHS_PER_MINUTE, Optional.empty());
  }
}
