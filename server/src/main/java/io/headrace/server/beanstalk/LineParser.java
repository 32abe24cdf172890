package io.headrace.server.beanstalk;

import io.headrace.queue.Limits;
import io.headrace.queue.TubeName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A cursor over one command line. Reads numbers as beanstalkd's {@code read_u64} does: spaces
 * before it are skipped, then digits only, no sign; too large is no number.
 */
final class LineParser {
  static final long U32_MAX = 0xffff_ffffL;

  private static final String KEY_PUNCTUATION = "-_.:+/=@";

  private static final long U64_MAX_BEFORE_LAST_DIGIT = Long.divideUnsigned(-1L, 10);

  private final byte[] line;
  private int at;
  private int end;
  private long number;

  /** A cursor over the buffer that lines are put into. */
  LineParser(byte[] line) {
    this.line = line;
  }

  /** Begins with a line of {@code bytes} without its CRLF. */
  void begin(int bytes) {
    at = 0;
    end = bytes;
  }

  byte first() {
    return end == 0 ? 0 : line[0];
  }

  /** Whether the line begins with this word; if so, the cursor stands behind it. */
  boolean starts(byte[] word) {
    if (end < word.length || !Arrays.equals(line, 0, word.length, word, 0, word.length)) {
      return false;
    }
    at = word.length;
    return true;
  }

  boolean atEnd() {
    return at == end;
  }

  /** Where the cursor stands. */
  int at() {
    return at;
  }

  /** What {@link #number()} has read; to be read as unsigned. */
  long value() {
    return number;
  }

  /** Reads a number of 64 bits; false when there is none, or it is too large. */
  boolean number() {
    while (at < end && line[at] == ' ') {
      at++;
    }
    int start = at;
    long value = 0;
    boolean fits = true;
    for (; at < end; at++) {
      int digit = line[at] - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      if (at - start >= 18) {
        fits &= Long.compareUnsigned(value, U64_MAX_BEFORE_LAST_DIGIT) <= 0;
        fits &= Long.compareUnsigned(value * 10 + digit, value * 10) >= 0;
      }
      value = value * 10 + digit;
    }
    number = value;
    return at > start && fits;
  }

  /** Reads a number of at most {@code max}; false when there is none, or it is larger. */
  boolean number(long max) {
    return number() && Long.compareUnsigned(number, max) <= 0;
  }

  /** Reads a number that ends the line. */
  boolean lastNumber(long max) {
    return number(max) && at == end;
  }

  /** Whether spaces and a minus sign with a digit come next; if so the cursor stands after it. */
  boolean minus() {
    int next = at;
    while (next < end && line[next] == ' ') {
      next++;
    }
    boolean found = next + 1 < end && line[next] == '-' && isDigit(line[next + 1]);
    if (found) {
      at = next + 1;
    }
    return found;
  }

  /** Skips white space as C's {@code strtoul} does, and a plus sign before a digit. */
  void skipAsStrtoul() {
    while (at < end && (line[at] == ' ' || (line[at] >= '\t' && line[at] <= '\r'))) {
      at++;
    }
    if (at + 1 < end && line[at] == '+' && isDigit(line[at + 1])) {
      at++;
    }
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** Whether the rest of the line is the name of a tube. */
  boolean restIsName() {
    return TubeNames.isName(line, at, end);
  }

  /** The rest of the line as the name of a tube. */
  TubeName restAsName() {
    return TubeName.of(Arrays.copyOfRange(line, at, end));
  }

  /**
   * Skips spaces and returns how many bytes of a tube name's alphabet come next; the cursor stands
   * before them.
   */
  int nameBytes() {
    while (at < end && line[at] == ' ') {
      at++;
    }
    int stop = at;
    while (stop < end && TubeNames.isAllowed(line[stop])) {
      stop++;
    }
    return stop - at;
  }

  /**
   * Takes a word of 1 to {@link Limits#KEY_CHARS_MAX} letters, digits and {@code -_.:+/=@}, which a
   * space ends; empty when there is none.
   */
  String key() {
    int start = at;
    int stop = start;
    while (stop < end && isOfKey(line[stop])) {
      stop++;
    }
    boolean ends = stop < end && line[stop] == ' ';
    if (!ends || stop - start > Limits.KEY_CHARS_MAX) {
      return "";
    }
    at = stop;
    return new String(line, start, stop - start, StandardCharsets.ISO_8859_1);
  }

  private static boolean isOfKey(byte b) {
    return isDigit(b)
        || (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || KEY_PUNCTUATION.indexOf(b) >= 0;
  }

  /** Whether the next {@code bytes} are a tube's name. */
  boolean isName(int bytes) {
    return TubeNames.isName(line, at, at + bytes);
  }

  /** Takes the next {@code bytes} as the name of a tube. */
  TubeName name(int bytes) {
    TubeName name = TubeName.of(Arrays.copyOfRange(line, at, at + bytes));
    at += bytes;
    return name;
  }

  /** The rest of the line as text, a character a byte. */
  String rest() {
    return new String(line, at, end - at, StandardCharsets.ISO_8859_1);
  }

  /** Skips one space; false when there is none. */
  boolean space() {
    if (at < end && line[at] == ' ') {
      at++;
      return true;
    }
    return false;
  }

  /** Whether this word and then a space or the end come next; if so the cursor is behind it. */
  boolean word(byte[] word) {
    int stop = at + word.length;
    boolean found =
        stop <= end
            && Arrays.equals(line, at, stop, word, 0, word.length)
            && (stop == end || line[stop] == ' ');
    if (found) {
      at = stop;
    }
    return found;
  }
}
