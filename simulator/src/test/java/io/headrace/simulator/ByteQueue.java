package io.headrace.simulator;

import java.util.Arrays;

/** Bytes under way in one direction. */
final class ByteQueue {
  private byte[] bytes = new byte[256];
  private int from;
  private int end;

  int size() {
    return end - from;
  }

  boolean isEmpty() {
    return from == end;
  }

  void add(byte[] added) {
    if (end + added.length > bytes.length) {
      bytes = Arrays.copyOfRange(bytes, from, from + 2 * (size() + added.length));
      end -= from;
      from = 0;
    }
    System.arraycopy(added, 0, bytes, end, added.length);
    end += added.length;
  }

  /** Takes at most {@code max} bytes. */
  byte[] take(int max) {
    byte[] taken = Arrays.copyOfRange(bytes, from, from + Math.min(max, size()));
    from += taken.length;
    return taken;
  }

  /** The number of bytes before the first CRLF, or -1 when there is none. */
  int lineBytes() {
    for (int at = from; at + 1 < end; at++) {
      if (bytes[at] == '\r' && bytes[at + 1] == '\n') {
        return at - from;
      }
    }
    return -1;
  }

  void clear() {
    from = 0;
    end = 0;
  }
}
