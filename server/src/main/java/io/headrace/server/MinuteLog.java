package io.headrace.server;

import java.util.concurrent.TimeUnit;

/** Says when a line is due of something that may happen very often: at first, then each minute. */
final class MinuteLog {
  /** The least time between two lines. */
  static final long INTERVAL_NS = TimeUnit.MINUTES.toNanos(1);

  private boolean begun;
  private long lastNs;

  /** Whether a line is due now; it is taken for written then. */
  boolean isDue(long nowNs) {
    if (begun && nowNs - lastNs < INTERVAL_NS) {
      return false;
    }
    begun = true;
    lastNs = nowNs;
    return true;
  }
}
