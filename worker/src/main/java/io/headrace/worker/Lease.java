package io.headrace.worker;

import java.time.Duration;

/**
 * How long a job is ours. It is kept by touching it; where that fails its run must be over before
 * another may have it.
 */
final class Lease {
  /** So long before the end the run is killed, or a tenth of the TTR if that is less. */
  private static final Duration MARGIN_MAX = Duration.ofSeconds(2);

  private final Link link;
  private final long job;
  private final long ttrNs;
  private final long marginNs;
  private long touchAtNs;
  private volatile long endsNs;
  private volatile boolean held = true;

  Lease(Link link, Held held) {
    this.link = link;
    this.job = held.id();
    this.ttrNs = held.ttr().toNanos();
    this.marginNs = Math.min(MARGIN_MAX.toNanos(), ttrNs / 10);
    renew(held.reservedNs());
  }

  private void renew(long fromNs) {
    endsNs = fromNs + ttrNs;
    touchAtNs = fromNs + ttrNs / 3;
  }

  boolean isHeld() {
    return held;
  }

  /** When it is to be touched next, of {@link System#nanoTime}. */
  long touchAtNs() {
    return touchAtNs;
  }

  /** Has the whole TTR again; false when the job is another's. */
  boolean touch() {
    long askedNs = System.nanoTime();
    if (!link.client().touch(job)) {
      held = false;
      return false;
    }
    renew(askedNs);
    return true;
  }

  /** It is another's, or may be soon. */
  void lose() {
    held = false;
  }

  /** Whether nobody could renew it in time. Any thread may ask. */
  boolean isNearlyOver(long nowNs) {
    return nowNs - (endsNs - marginNs) >= 0;
  }
}
