package io.headrace.server;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How bugs of ours that end one connection are told: one line a second, which counts the others,
 * and the trace for who wants it. Of one thread.
 */
public final class ConversationFault {
  /** The least time between two lines. */
  static final long LOG_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

  private static final Logger LOG = LoggerFactory.getLogger(ConversationFault.class);

  private final LongSupplier nanoTime;
  private long faults;
  private long loggedAtNs;

  public ConversationFault(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    loggedAtNs = nanoTime.getAsLong() - LOG_INTERVAL_NS;
  }

  /** Tells it, unless one was told a moment ago. */
  public void log(String peer, RuntimeException fault) {
    faults++;
    long now = nanoTime.getAsLong();
    if (now - loggedAtNs < LOG_INTERVAL_NS) {
      return;
    }
    loggedAtNs = now;
    StackTraceElement[] frames = fault.getStackTrace();
    LOG.warn(
        "{}: connection closed by a fault of this server ({} so far): {} at {}. Please report it",
        PeerText.of(peer),
        faults,
        // Its message may quote what a peer has sent.
        fault.toString().replaceAll("[^ -~]", "?"),
        frames.length == 0 ? "an unknown place" : frames[0]);
    LOG.debug("The fault", fault);
  }
}
