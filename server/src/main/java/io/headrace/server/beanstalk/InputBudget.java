package io.headrace.server.beanstalk;

/**
 * Memory for the input that all connections of a loop have saved. When it is used up each saves
 * {@link SessionInput#SMALL_BYTES} at most, and leaves the rest in the kernel.
 */
final class InputBudget {
  private final long bytesMax;
  private long bytes;

  InputBudget(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Notes that so many bytes are held more, or fewer. */
  void add(int heldBytes) {
    bytes += heldBytes;
  }

  /** How many bytes are held. */
  long usedBytes() {
    return bytes;
  }

  /** How many there is room for; 0 when it is used up. */
  long leftBytes() {
    return Math.max(0, bytesMax - bytes);
  }
}
