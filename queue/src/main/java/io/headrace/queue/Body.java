package io.headrace.queue;

/**
 * What the queue knows of a job's bytes: not the bytes.
 *
 * @param ref where the shell keeps them; opaque to the queue, not part of its state as far as
 *     replicas compare it, and handed back with each effect that needs the bytes
 * @param bytes their number, 0 to 2^30
 * @param crc32c their CRC32C, as in RFC 3720
 */
public record Body(long ref, int bytes, int crc32c) {
  /** A bit of a reference: the body is not in memory but only where the log has it. */
  public static final long SPILLED = 1L << 62;

  /** Whether a reference is that of a body which is not in memory. */
  public static boolean isSpilled(long ref) {
    return (ref & SPILLED) != 0;
  }
}
