package io.headrace.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** Bytes that somebody else wrote, as text that does nothing to the terminal it is shown on. */
final class Printable {
  private Printable() {}

  /** Reads UTF-8, or single bytes where it is none; what is not to be seen is written as hex. */
  static String of(byte[] bytes) {
    try {
      return shown(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString(), 0x10ffff);
    } catch (CharacterCodingException e) {
      return shown(new String(bytes, ISO_8859_1), 0x7e);
    }
  }

  private static String shown(String text, int highest) {
    var shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(point -> {
          if (point == '\n' || point == '\t' || (point <= highest && isVisible(point))) {
            shown.appendCodePoint(point);
          } else {
            shown.append(String.format(point < 0x100 ? "\\x%02x" : "\\u{%x}", point));
          }
        });
    return shown.toString();
  }

  private static boolean isVisible(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
