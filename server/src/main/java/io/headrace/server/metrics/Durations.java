package io.headrace.server.metrics;

import io.headrace.queue.Invariant;
import java.util.concurrent.TimeUnit;

/**
 * How long things took: counts in {@value #BUCKETS} fixed buckets, each about four times as wide as
 * the one before it. To record one allocates nothing.
 */
final class Durations {
  /** With the last one, for what took longer than an hour. */
  static final int BUCKETS = 13;

  /** The longest time of each bucket but the last. */
  private static final long[] BOUNDS_NS = {
    TimeUnit.MILLISECONDS.toNanos(1),
    TimeUnit.MILLISECONDS.toNanos(4),
    TimeUnit.MILLISECONDS.toNanos(16),
    TimeUnit.MILLISECONDS.toNanos(64),
    TimeUnit.MILLISECONDS.toNanos(250),
    TimeUnit.SECONDS.toNanos(1),
    TimeUnit.SECONDS.toNanos(4),
    TimeUnit.SECONDS.toNanos(15),
    TimeUnit.MINUTES.toNanos(1),
    TimeUnit.MINUTES.toNanos(4),
    TimeUnit.MINUTES.toNanos(15),
    TimeUnit.HOURS.toNanos(1),
    Long.MAX_VALUE,
  };

  /** By the number of leading zeros of a time: the first bucket that it may be in. */
  private static final byte[] FIRST = firsts();

  private final long[] counts;
  private long count;
  private long sumNs;
  private long maxNs;

  Durations() {
    counts = new long[BUCKETS];
  }

  private Durations(Durations other) {
    counts = other.counts.clone();
    count = other.count;
    sumNs = other.sumNs;
    maxNs = other.maxNs;
  }

  private static byte[] firsts() {
    var first = new byte[Long.SIZE + 1];
    for (int zeros = 1; zeros <= Long.SIZE; zeros++) {
      long smallestNs = zeros == Long.SIZE ? 0 : Long.MIN_VALUE >>> zeros;
      byte bucket = 0;
      while (smallestNs > BOUNDS_NS[bucket]) {
        bucket++;
      }
      first[zeros] = bucket;
    }
    return first;
  }

  /** The upper ends of the buckets in seconds, the last of which has none. */
  static double[] boundsS() {
    var bounds = new double[BUCKETS];
    for (int i = 0; i < BUCKETS - 1; i++) {
      bounds[i] = BOUNDS_NS[i] / 1e9;
    }
    bounds[BUCKETS - 1] = Double.POSITIVE_INFINITY;
    return bounds;
  }

  /** Counts one; a negative time counts as none. */
  void record(long ns) {
    long time = Math.max(0, ns);
    int bucket = FIRST[Long.numberOfLeadingZeros(time)];
    while (time > BOUNDS_NS[bucket]) {
      bucket++;
    }
    counts[bucket]++;
    count++;
    sumNs += time;
    maxNs = Math.max(maxNs, time);
  }

  /** How many were counted. */
  long count() {
    return count;
  }

  double sumS() {
    return sumNs / 1e9;
  }

  /** How many each bucket has. */
  long[] counts() {
    return counts.clone();
  }

  /**
   * What so many percent did not exceed, rounded up to the end of a bucket or to the longest of
   * all; 0 when there are none.
   */
  long percentileNs(int percent) {
    Invariant.check(percent >= 1 && percent <= 100, "1 to 100 percent");
    long wanted = Math.ceilDiv(count * percent, 100);
    long found = counts[0];
    int bucket = 0;
    while (found < wanted) {
      bucket++;
      found += counts[bucket];
    }
    return Math.min(BOUNDS_NS[bucket], maxNs);
  }

  Durations copy() {
    return new Durations(this);
  }
}
