package io.headrace.server.beanstalk;

import io.headrace.queue.TubeName;

/**
 * beanstalkd's rule for names of tubes: 1 to {@value #BYTES_MAX} of {@code A-Za-z0-9-+/;.$_()}, not
 * beginning with a hyphen (protocol.txt, "Names"). The queue's own rule is wider; what does not fit
 * here is shown percent-escaped, which cannot be mistaken for a name that does.
 */
final class TubeNames {
  /** Longest name in bytes. */
  static final int BYTES_MAX = 200;

  private static final boolean[] ALLOWED = new boolean[256];
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'
  };

  static {
    String others = "-+/;.$_()";
    for (int c = 0; c < 128; c++) {
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean digit = c >= '0' && c <= '9';
      ALLOWED[c] = letter || digit || others.indexOf(c) >= 0;
    }
  }

  private TubeNames() {}

  static boolean isAllowed(byte b) {
    return ALLOWED[b & 0xff];
  }

  /** Whether the bytes from {@code from} to before {@code end} are a name. */
  static boolean isName(byte[] line, int from, int end) {
    if (from == end || end - from > BYTES_MAX || line[from] == '-') {
      return false;
    }
    for (int i = from; i < end; i++) {
      if (!isAllowed(line[i])) {
        return false;
      }
    }
    return true;
  }

  /** Writes the name as it is shown into {@code to}, and returns how many bytes that were. */
  static int show(TubeName name, byte[] to, int offset) {
    int at = offset;
    for (int i = 0; i < name.length(); i++) {
      byte b = name.byteAt(i);
      if (isAllowed(b) && !(i == 0 && b == '-')) {
        to[at++] = b;
      } else {
        to[at++] = '%';
        to[at++] = HEX[(b >> 4) & 0xf];
        to[at++] = HEX[b & 0xf];
      }
    }
    return at - offset;
  }
}
