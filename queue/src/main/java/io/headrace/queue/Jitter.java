package io.headrace.queue;

/** Chance that comes in with the entry: drawn from its stamp, so that a replay draws the same. */
final class Jitter {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private Jitter() {}

  /**
   * A number from 0 to {@code maxNs}, all alike likely.
   *
   * @param stampNs that of the entry
   * @param job so that jobs of one entry do not all wait equally long
   */
  static long upTo(long maxNs, long stampNs, long job) {
    return Long.remainderUnsigned(mix(stampNs ^ job * GOLDEN), maxNs + 1);
  }

  /** The finalizer of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom numbers). */
  static long mix(long bits) {
    var z = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
