package io.headrace.server.captures;

import java.util.HexFormat;

/** The end of some bytes, as one line of printable ASCII. */
final class LastLines {
  private static final HexFormat HEX = HexFormat.of();

  private LastLines() {}

  /**
   * As much of the end as fits, from the beginning of a line where one fits as a whole.
   *
   * @param charsMax so many characters at most, escapes included
   */
  static String of(byte[] bytes, int charsMax) {
    int from = bytes.length;
    int line = bytes.length;
    int left = charsMax;
    while (from > 0 && left >= shown(bytes[from - 1]).length()) {
      from--;
      left -= shown(bytes[from]).length();
      if (from == 0 || bytes[from - 1] == '\n') {
        line = from;
      }
    }
    var text = new StringBuilder(charsMax);
    for (int i = line < bytes.length ? line : from; i < bytes.length; i++) {
      text.append(shown(bytes[i]));
    }
    return text.toString();
  }

  private static String shown(byte b) {
    return switch (b) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\\' -> "\\\\";
      default -> b >= ' ' && b < 0x7f ? String.valueOf((char) b) : "\\x" + HEX.toHexDigits(b);
    };
  }
}
