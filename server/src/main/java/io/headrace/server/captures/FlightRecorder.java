package io.headrace.server.captures;

/** Remembers the last bytes of every connection, within one budget. Of one thread. */
public final class FlightRecorder {
  private final RingBudget budget;
  private final int bytesEachWay;

  /** A recorder that remembers as much as these say. */
  public FlightRecorder(RecorderOptions options) {
    budget = new RingBudget(options.totalBytes());
    bytesEachWay = options.bytesEachWay();
  }

  /** A recording of a connection that begins to speak. */
  public Recording open() {
    return bytesEachWay == 0 ? Recording.NONE : new Recording(budget, bytesEachWay);
  }

  /** Memory that all recordings take, in bytes. */
  public long usedBytes() {
    return budget.usedBytes();
  }

  /** How many recordings were ever cut short, one way or the other, since the memory was used. */
  public long shortRings() {
    return budget.shortRings();
  }
}
