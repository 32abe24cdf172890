package io.headrace.server;

/** How much is kept for peers that take their replies slowly. */
final class OutLimits {
  /**
   * Bytes of replies that may wait for the peer before {@link Wire#isWritable} turns false. One
   * reply may go beyond it.
   */
  static final int HIGH_BYTES = 192 * 1024;

  /** Bytes of replies at which {@link Wire#isWritable} turns true again. */
  static final int LOW_BYTES = 32 * 1024;

  /** What a turn's buffer for replies starts with, in bytes: fifty words, or ten small jobs. */
  static final int START_BYTES = 1024;

  /** How long {@link Wire#close} waits for a peer that does not take its last replies. */
  static final long CLOSE_WAIT_MS = 5_000;

  /**
   * Memory for the replies of all connections that wait for their peers, in bytes: a quarter of
   * what the JVM may take off its heap, which is as much as its heap unless it is told otherwise.
   */
  static long backlogBytesMax() {
    return Runtime.getRuntime().maxMemory() / 4;
  }

  private OutLimits() {}
}
