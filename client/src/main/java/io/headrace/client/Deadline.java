package io.headrace.client;

import java.time.Duration;

/**
 * When a call gives up. Bytes that move put it off, at a rate that any network that deserves the
 * name reaches: so a large body gets its time, and a peer that stands still gets none.
 */
final class Deadline {
  /** Nanoseconds that one byte earns: 1 MiB takes no longer than a second. */
  private static final double NS_PER_BYTE = 1e9 / (1 << 20);

  private final Duration patience;
  private long atNs;

  Deadline(Duration patience, Duration asked) {
    this.patience = patience;
    atNs = System.nanoTime() + patience.toNanos() + asked.toNanos();
  }

  /** Nanoseconds left, 0 or less when it has passed. */
  long leftNs() {
    return atNs - System.nanoTime();
  }

  boolean passed() {
    return leftNs() <= 0;
  }

  void moved(long bytes) {
    atNs += earnedNs(bytes);
  }

  /** By how much bytes that move put a deadline off, in nanoseconds. */
  static long earnedNs(long bytes) {
    return (long) (bytes * NS_PER_BYTE);
  }

  /** A part of what is left, for one of so many attempts. */
  Deadline share(int attempts) {
    return new Deadline(Duration.ofNanos(Math.max(0, leftNs()) / attempts), Duration.ZERO);
  }

  /** The patience, as a person reads it. */
  @Override
  public String toString() {
    return text(patience);
  }

  static String text(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }
}
