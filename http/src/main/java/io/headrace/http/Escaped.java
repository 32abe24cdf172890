package io.headrace.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Bytes that somebody else wrote, as printable ASCII: one line that does nothing to a terminal. */
public final class Escaped {
  private static final int CHARS_MAX = 60;

  private Escaped() {}

  /** All of it: a line feed as {@code \n}, a byte that is not to be seen as {@code \x1b}. */
  public static String of(byte[] bytes) {
    return of(new String(bytes, ISO_8859_1));
  }

  /** The same of text whose chars are bytes. */
  public static String of(String text) {
    var escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> escaped.append("\\n");
        case '\r' -> escaped.append("\\r");
        case '\t' -> escaped.append("\\t");
        case '\\' -> escaped.append("\\\\");
        default -> {
          if (c >= 0x20 && c < 0x7f) {
            escaped.append(c);
          } else {
            escaped.append(String.format(c < 0x100 ? "\\x%02x" : "\\u%04x", (int) c));
          }
        }
      }
    }
    return escaped.toString();
  }

  /** Its beginning, in quotes, for a message of one line. */
  static String quoted(String text) {
    return text.length() <= CHARS_MAX
        ? "'" + of(text) + "'"
        : "'" + of(text.substring(0, CHARS_MAX)) + "...'";
  }
}
