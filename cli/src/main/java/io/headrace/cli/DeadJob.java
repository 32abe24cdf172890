package io.headrace.cli;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * A job that a policy has ended, or that somebody has dropped.
 *
 * @param origin the tube it was moved from when it ended, or ""
 * @param dropped whether it goes for good within the hour
 * @param cause why it was ended; {@code how} its last attempt ended
 * @param label what it has in common with others: the signature of its death, or, where nobody gave
 *     one, cause and how
 * @param ended when
 */
record DeadJob(
    long id,
    String tube,
    String origin,
    boolean dropped,
    String cause,
    String how,
    String label,
    Instant ended) {
  /** Reads what the server says of one. */
  static DeadJob of(Map<String, String> facts) {
    var cause = facts.getOrDefault("cause", "?");
    var how = facts.getOrDefault("how", "?");
    var signature = facts.getOrDefault("signature", "");
    return new DeadJob(
        Long.parseLong(facts.getOrDefault("id", "0")),
        facts.getOrDefault("tube", "?"),
        facts.getOrDefault("origin", ""),
        facts.getOrDefault("state", "").equals("dropped"),
        cause,
        how,
        signature.isEmpty() ? "(" + cause + ", " + how + ")" : signature,
        instant(facts.getOrDefault("ended", "")));
  }

  /** The server says {@code never} of what was buried by hand and then dropped. */
  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  /** Whether it is in the tube, or came from there. */
  boolean isOf(String name) {
    return tube.equals(name) || origin.equals(name);
  }

  /** A time as a person reads it. */
  static String text(Instant time) {
    return time.equals(Instant.EPOCH) ? "never" : time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
