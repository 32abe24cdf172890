package io.headrace.server;

import io.headrace.queue.Invariant;
import java.net.URI;
import java.util.Optional;

/**
 * Who is told of events besides the log.
 *
 * @param command what {@code /bin/sh -c} runs for each event, with a line of JSON on stdin
 * @param url where each event is posted to: an absolute URL of http or https
 * @param deathsPerMinute how many jobs that expire or become dead letters are usual, at least 1;
 *     more are an event
 */
public record EventOptions(Optional<String> command, Optional<URI> url, int deathsPerMinute) {
  /** What is usual unless somebody says otherwise, in jobs a minute. */
  public static final int DEATHS_PER_MINUTE = 60;

  public EventOptions {
    Invariant.check(deathsPerMinute >= 1, "at least one job a minute");
  }

  /** Tells the log only. */
  public static EventOptions none() {
    return new EventOptions(Optional.empty(), Optional.empty(), DEATHS_PER_MINUTE);
  }
}
