package io.headrace.journal;

import java.nio.ByteBuffer;

/**
 * Numbers of 1 to 10 bytes: seven bits a byte, the lowest first, the top bit set on all but the
 * last. All 64 bits count, so that a negative number takes 10 bytes and comes back as it was.
 */
final class Varint {
  private Varint() {}

  static void put(ByteBuffer to, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      to.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    to.put((byte) rest);
  }

  static long get(ByteBuffer from) throws MalformedException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (!from.hasRemaining()) {
        throw new MalformedException("a number is cut short");
      }
      byte next = from.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new MalformedException("a number is longer than 10 bytes");
  }
}
