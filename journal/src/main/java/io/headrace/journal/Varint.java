package io.headrace.journal;

import java.nio.ByteBuffer;

/**
 * Numbers of 1 to 10 bytes: seven bits a byte, the lowest first, the top bit set on all but the
 * last. All 64 bits count, so that a negative number takes 10 bytes and comes back as it was.
 */
final class Varint {
  private Varint() {}

  /** Appends one; {@link Fields#varint} reads it. */
  static void put(ByteBuffer to, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      to.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    to.put((byte) rest);
  }
}
