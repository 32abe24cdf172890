package io.headrace.worker;

/** What the slots are to do: take jobs, finish those that they have, or end at once. */
final class Orders {
  private volatile boolean finishing;
  private volatile long stopAtNs;

  /** No further jobs; what runs may go on until then, of {@link System#nanoTime}. */
  void finish(long untilNs) {
    stopAtNs = untilNs;
    finishing = true;
  }

  boolean isFinishing() {
    return finishing;
  }

  /** Whether what still runs is to be ended. */
  boolean isStop(long nowNs) {
    return finishing && nowNs - stopAtNs >= 0;
  }
}
