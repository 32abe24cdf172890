package io.headrace.server;

/**
 * The time of one loop, in nanoseconds since 1970: looked at once a turn, and taken from the bytes
 * that come, so that a command costs no look at the clock. A clock that is set moves nothing.
 */
final class LoopTime {
  private final LoopThread thread;
  private final long baseNs;
  private final long startNanos;
  private long nowNs;
  private boolean old;

  /** Begins at {@code baseNs}, and goes on by {@link LoopThread#nanoTime}. */
  LoopTime(LoopThread thread, long baseNs) {
    this.thread = thread;
    this.baseNs = baseNs;
    startNanos = thread.nanoTime();
    nowNs = baseNs;
  }

  /** When it was looked at last. */
  long now() {
    return nowNs;
  }

  /** What it is by now, for who needs it in the midst of a turn. */
  long look() {
    return baseNs + (thread.nanoTime() - startNanos);
  }

  long sinceStart() {
    return nowNs - baseNs;
  }

  /** The same moment by the clock of the thread. */
  long nanos(long atNs) {
    return startNanos + (atNs - baseNs);
  }

  void refresh() {
    set(thread.nanoTime());
  }

  /**
   * Looks at the clock once in a turn, and again when others were heard since.
   *
   * @param turnDue whether a turn comes that somebody has asked for
   */
  void refreshUnless(boolean turnDue) {
    if (!turnDue || old) {
      refresh();
    }
  }

  /** It is that of the bytes that have come. */
  void arrived() {
    set(thread.arrivedNanos());
  }

  private void set(long nanos) {
    nowNs = baseNs + (nanos - startNanos);
    old = false;
  }

  /** Others are heard before the loop goes on: whoever needs the time must look at it. */
  void growsOld() {
    old = true;
  }
}
