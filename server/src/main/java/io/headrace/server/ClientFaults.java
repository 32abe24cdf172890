package io.headrace.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often clients did each thing wrong since the start, and the lines about those whose
 * connections were closed for it: one a second at most, so that a thousand of them at a time do not
 * fill a disk. Used on the loop's thread.
 */
// An array by ordinal rather than a map: it is counted for every bad line, and never stored.
@SuppressWarnings("EnumOrdinal")
public final class ClientFaults {
  /** The least time between two lines. */
  static final long LOG_INTERVAL_NS = 1_000_000_000;

  private static final Logger LOG = LoggerFactory.getLogger(ClientFaults.class);

  private final long[] counts = new long[ClientFault.values().length];
  private boolean logged;
  private long loggedAtNs;
  private long untold;

  /** Counts one. */
  public void count(ClientFault fault) {
    counts[fault.ordinal()]++;
  }

  /** How often it was counted. */
  public long of(ClientFault fault) {
    return counts[fault.ordinal()];
  }

  /**
   * Counts one that ends its connection, and logs it unless a line was just logged.
   *
   * @param peer whose connection it is
   * @param why what was wrong, how long, and what to set
   * @param nowNs the time, of a clock that does not jump
   */
  public void closed(ClientFault fault, String peer, String why, long nowNs) {
    count(fault);
    if (logged && nowNs - loggedAtNs < LOG_INTERVAL_NS) {
      untold++;
      return;
    }
    LOG.warn(
        "{}: connection closed: {}{}",
        peer,
        why,
        untold == 0 ? "" : " (" + untold + " more were closed since the line before)");
    logged = true;
    loggedAtNs = nowNs;
    untold = 0;
  }
}
