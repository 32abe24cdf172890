package io.headrace.journal;

import java.util.function.LongSupplier;

/**
 * How long forces take, and so who forces: the loop by itself while they are short, for then the
 * hand-over costs more than the force; else the journal's thread. The one place that measures.
 */
final class ForcePace {
  /** A new measurement counts one eighth. */
  private static final int WEIGHT_SHIFT = 3;

  private final long inlineMaxNs;
  private final LongSupplier nanoTime;
  private long averageNs;

  /** Nothing is known at first: the first force is handed over, whatever it takes. */
  ForcePace(long inlineMaxNs, LongSupplier nanoTime) {
    this.inlineMaxNs = inlineMaxNs;
    this.nanoTime = nanoTime;
    averageNs = Long.MAX_VALUE;
  }

  boolean inline() {
    return averageNs < inlineMaxNs;
  }

  long nanoTime() {
    return nanoTime.getAsLong();
  }

  void measured(long ns) {
    averageNs = averageNs == Long.MAX_VALUE ? ns : averageNs + ((ns - averageNs) >> WEIGHT_SHIFT);
  }
}
