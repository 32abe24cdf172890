package io.headrace.http;

import java.util.regex.Pattern;

/** Reads the line before a chunk (RFC 9112 section 7.1): a length in hex, and extensions. */
final class ChunkSize {
  /**
   * Each part takes all that it can, and gives nothing back: a line of zeros costs what it must.
   */
  private static final Pattern LINE =
      Pattern.compile("([ \\t]*+)0*+([0-9A-Fa-f]*+)([ \\t]*+)(;.*+)?+", Pattern.DOTALL);

  /** 2^60 - 1 is enough for anybody. */
  private static final int HEX_DIGITS_MAX = 15;

  private static final int HEX = 16;

  private ChunkSize() {}

  static long parse(String line, Notes notes) throws MalformedResponseException {
    var parts = LINE.matcher(line);
    if (!parts.matches() || parts.end(2) == parts.end(1)) {
      throw new MalformedResponseException("the length of a chunk is " + Escaped.quoted(line));
    }
    var digits = parts.group(2);
    if (digits.length() > HEX_DIGITS_MAX) {
      throw new MalformedResponseException("the length of a chunk is " + Escaped.quoted(line));
    }
    boolean beforeExtension = parts.group(4) != null;
    if (!parts.group(1).isEmpty() || (!parts.group(3).isEmpty() && !beforeExtension)) {
      notes.add("a blank beside the length of a chunk");
    }
    return digits.isEmpty() ? 0 : Long.parseLong(digits, HEX);
  }
}
