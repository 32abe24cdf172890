package io.headrace.simulator;

import io.headrace.queue.PolicySettings;

/** What the auditor knows of a tube beside its jobs. A tube that comes back is another one. */
final class AuditedTube {
  PolicySettings own = PolicySettings.NONE;

  /** 0 when it is not paused. */
  long pausedUntilNs;

  /** By when the rate allows the next delivery, were there no burst. */
  long nextDeliveryNs;

  /** 0 when the rate allows a delivery. */
  long throttledUntilNs;

  long doubleRuns;
  final AuditedGate gate = new AuditedGate();

  boolean isPaused(long nowNs) {
    return pausedUntilNs > nowNs;
  }

  boolean isThrottled(long nowNs) {
    return throttledUntilNs > nowNs;
  }

  /** Notes a delivery by a reserve, under the rate of the generic cell rate algorithm. */
  void delivered(long nowNs, long intervalNs, long burst) {
    if (intervalNs > 0) {
      nextDeliveryNs = Math.max(nextDeliveryNs, nowNs) + intervalNs;
      throttledUntilNs = nextDeliveryNs - (burst - 1) * intervalNs;
    }
  }
}
