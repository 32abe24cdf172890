package io.headrace.journal;

import io.headrace.queue.SessionId;
import java.nio.ByteBuffer;

/**
 * The fields of one record, read from the first to the last. They are copied out of the file's
 * window at once: a plain array costs a fraction of a buffer's calls, most of all in a process that
 * has just started, where nothing is compiled yet.
 */
final class Fields {
  private static final int AT_START = 256;

  private byte[] bytes = new byte[AT_START];
  private int at;
  private int end;

  /** The session that was read last. */
  private SessionId session = new SessionId(0, 0);

  /** Takes these bytes, at most 64 KiB, as what is read next. */
  Fields of(ByteBuffer from, int begin, int length) {
    if (length > bytes.length) {
      bytes = new byte[length];
    }
    from.get(begin, bytes, 0, length);
    at = 0;
    end = length;
    return this;
  }

  int remaining() {
    return end - at;
  }

  /** The session of this name: often that of the record before, and then the same object. */
  SessionId session(int epoch, long number) {
    if (session.epoch() != epoch || session.number() != number) {
      session = new SessionId(epoch, number);
    }
    return session;
  }

  /** The next {@link Varint}. */
  long varint() throws MalformedException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at == end) {
        throw new MalformedException("a number is cut short");
      }
      byte next = bytes[at++];
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new MalformedException("a number is longer than 10 bytes");
  }

  /** The next varint, which is between 0 and {@code max}. */
  int number(int max, String what) throws MalformedException {
    long number = varint();
    if (number < 0 || number > max) {
      throw new MalformedException("the " + what + " is " + number + ", more than " + max);
    }
    return (int) number;
  }

  /** The next four bytes, the lowest first. */
  int fixed32(String what) throws MalformedException {
    if (end - at < Integer.BYTES) {
      throw new MalformedException(what + " is cut short");
    }
    int value =
        (bytes[at] & 0xFF)
            | (bytes[at + 1] & 0xFF) << 8
            | (bytes[at + 2] & 0xFF) << 16
            | (bytes[at + 3] & 0xFF) << 24;
    at += Integer.BYTES;
    return value;
  }

  /** The next so many bytes. */
  byte[] take(int length, String what) throws MalformedException {
    if (length > end - at) {
      throw new MalformedException(what + " is cut short");
    }
    byte[] taken = new byte[length];
    System.arraycopy(bytes, at, taken, 0, length);
    at += length;
    return taken;
  }
}
