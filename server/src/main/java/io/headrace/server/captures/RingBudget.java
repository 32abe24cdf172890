package io.headrace.server.captures;

/** The memory that all rings may take, and how often there was not enough. Of one thread. */
final class RingBudget {
  private final long maxBytes;
  private long usedBytes;
  private long shortRings;

  RingBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Takes so many bytes, or none. */
  boolean take(int bytes) {
    if (bytes > maxBytes - usedBytes) {
      return false;
    }
    usedBytes += bytes;
    return true;
  }

  void give(int bytes) {
    usedBytes -= bytes;
  }

  /** Notes a ring that is smaller than it should be. */
  void fellShort() {
    shortRings++;
  }

  long usedBytes() {
    return usedBytes;
  }

  /** How many rings were ever smaller than they should have been. */
  long shortRings() {
    return shortRings;
  }
}
