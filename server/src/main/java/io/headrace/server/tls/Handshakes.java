package io.headrace.server.tls;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of a loop that have not agreed on keys yet: how many may be at it, for how long,
 * and what is told of those that fail. Used on the loop's thread.
 */
final class Handshakes {
  /**
   * How many connections may be at it at a time: each has an engine of some 50 KiB. Those beyond it
   * are not read until there is a place; their time runs.
   */
  static final int AT_A_TIME_MAX = 256;

  /** How long a connection may take to agree on keys, from its beginning, in milliseconds. */
  static final long TIME_MAX_MS = 10_000;

  /** The least time between two lines about failures. */
  static final long LOG_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

  /** Longest reason in a log line, in characters: a peer has a say in it. */
  private static final int REASON_CHARS_MAX = 300;

  private static final Logger LOG = LoggerFactory.getLogger(Handshakes.class);

  /** Oldest first; so is {@link #waiting}, and those of it are also here. */
  private final LinkedHashSet<TlsConversation> begun = new LinkedHashSet<>();

  private final ArrayDeque<TlsConversation> waiting = new ArrayDeque<>();
  private int places = AT_A_TIME_MAX;
  private long failures;
  private long loggedAtNs;

  Handshakes(long nowNs) {
    loggedAtNs = nowNs - LOG_INTERVAL_NS;
  }

  /** Notes a new connection; true when there is a place for it at once. */
  boolean begin(TlsConversation one) {
    begun.add(one);
    if (places == 0) {
      waiting.add(one);
      return false;
    }
    places--;
    return true;
  }

  /** Forgets a connection that is done, or gone; whoever waits longest gets its place. */
  void end(TlsConversation one) {
    if (!begun.remove(one) || waiting.remove(one)) {
      return;
    }
    if (waiting.isEmpty()) {
      places++;
    } else {
      waiting.remove().gotPlace();
    }
  }

  /** Those that began before this time, and should be done. */
  List<TlsConversation> begunBefore(long nowNs) {
    return begun.stream().takeWhile(one -> one.beganNs() - nowNs < 0).toList();
  }

  /** Counts a failure, and tells of it unless another one was told of just now. */
  void failed(String peer, String reason, long nowNs) {
    failures++;
    if (nowNs - loggedAtNs >= LOG_INTERVAL_NS) {
      loggedAtNs = nowNs;
      LOG.warn(
          "{}: connection closed, TLS failed: {} ({} such failures so far)",
          peer,
          printable(reason),
          failures);
    }
  }

  /** How many have failed. */
  long failures() {
    return failures;
  }

  private static String printable(String reason) {
    return reason
        .substring(0, Math.min(reason.length(), REASON_CHARS_MAX))
        .replaceAll("[^\\x20-\\x7e]", "?");
  }
}
