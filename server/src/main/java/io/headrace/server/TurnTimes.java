package io.headrace.server;

import org.HdrHistogram.Histogram;

/**
 * How long the turns of a loop take: from the first event that a turn takes up until all that it
 * caused is sent, so what one client may have to wait for the others. A pause of the collector that
 * falls into a turn counts, and so does a force of the log by the loop. Used on the loop's thread.
 */
public final class TurnTimes {
  /** Shorter ones count as this long. */
  private static final long SHORTEST_NS = 1_000;

  /** Longer ones count as this long. */
  private static final long LONGEST_NS = 60_000_000_000L;

  /** Digits that are kept: a figure is right to 1 %. */
  private static final int DIGITS = 2;

  private final Histogram histogram = new Histogram(SHORTEST_NS, LONGEST_NS, DIGITS);
  private long beganNanos;
  private long sumNs;
  private boolean begun;

  /** Begins a turn now, unless one has begun. */
  void begin(long nanoTime) {
    if (!begun) {
      begun = true;
      beganNanos = nanoTime;
    }
  }

  /** Ends the turn that has begun. */
  void end(long nanoTime) {
    begun = false;
    long tookNs = Math.clamp(nanoTime - beganNanos, SHORTEST_NS, LONGEST_NS);
    histogram.recordValue(tookNs);
    sumNs += tookNs;
  }

  /** Turns so far. */
  public long count() {
    return histogram.getTotalCount();
  }

  /** Turns that took this long or longer. */
  public long countFrom(long ns) {
    return histogram.getCountBetweenValues(Math.min(ns, LONGEST_NS), LONGEST_NS);
  }

  /** How long all turns took together. */
  public long sumNs() {
    return sumNs;
  }

  /**
   * How many turns took longer than the bound before and no longer than this one; in the last
   * place, how many took longer than every bound. One pass over the histogram.
   *
   * @param boundsNs ascending, below a minute, and more than 1 % apart
   */
  public long[] countsByBound(long[] boundsNs) {
    var counts = new long[boundsNs.length + 1];
    long fromNs = 0;
    for (int i = 0; i < boundsNs.length; i++) {
      counts[i] = histogram.getCountBetweenValues(fromNs, boundsNs[i]);
      fromNs = histogram.nextNonEquivalentValue(boundsNs[i]);
    }
    counts[boundsNs.length] = histogram.getCountBetweenValues(fromNs, LONGEST_NS);
    return counts;
  }

  /** What so many percent of all turns did not exceed; 0 before the first. */
  public long percentileNs(double percent) {
    return histogram.getValueAtPercentile(percent);
  }

  /** The longest turn; 0 before the first. */
  public long maxNs() {
    return histogram.getMaxValue();
  }
}
