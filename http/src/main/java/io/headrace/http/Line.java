package io.headrace.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A line as it comes, in one piece or in many, up to its line feed. */
final class Line {
  private static final int FIRST_ROOM = 256;

  private byte[] bytes = new byte[FIRST_ROOM];
  private int length;
  private boolean cutAtCr;

  /** What one call has come to. */
  enum Progress {
    /** There is a line feed. */
    WHOLE,
    /** More bytes are needed. */
    MORE,
    /** It has as many bytes as it may have, none of them a line feed, and goes on. */
    TOO_LONG
  }

  /** Takes bytes up to and with the next line feed. */
  Progress take(ByteBuffer in, int max) {
    while (in.hasRemaining()) {
      if (length >= max) {
        return Progress.TOO_LONG;
      }
      byte b = in.get();
      add(b);
      if (b == '\n') {
        return Progress.WHOLE;
      }
    }
    return Progress.MORE;
  }

  void add(byte b) {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * length);
    }
    bytes[length++] = b;
  }

  boolean isEmpty() {
    return length == 0;
  }

  /** Bytes so far, those of the line's end among them. */
  int length() {
    return length;
  }

  /** Whether the line that was cut last had a CR before its line feed. */
  boolean wasCutAtCr() {
    return cutAtCr;
  }

  /** So far, with its end. */
  String soFar() {
    return new String(bytes, 0, length, ISO_8859_1);
  }

  /** Returns the whole line without its end, and begins the next. */
  String cut(Notes notes) {
    int end = length - 1;
    int returns = 0;
    while (end > 0 && bytes[end - 1] == '\r') {
      end--;
      returns++;
    }
    if (returns == 0) {
      notes.add("lines end with LF alone");
    } else if (returns > 1) {
      notes.add("lines end with more than one CR");
    }
    var text = new String(bytes, 0, end, ISO_8859_1);
    cutAtCr = returns > 0;
    length = 0;
    return text;
  }
}
