package io.headrace.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What came for one request. Reads its line where it lies: most replies are a word and a number.
 */
final class Reply {
  static final byte[] NO_BODY = {};

  /** Digits of the largest number. */
  private static final int DIGITS_MAX = 19;

  private final String request;
  private final byte[] line;
  private final int length;
  private final byte[] body;

  /**
   * @param request how the request is called in messages
   * @param line begins with the line
   * @param length of the line without its CRLF, in bytes
   * @param body what follows the line, nothing where nothing does
   */
  Reply(String request, byte[] line, int length, byte[] body) {
    this.request = request;
    this.line = line;
    this.length = length;
    this.body = body;
  }

  String line() {
    return new String(line, 0, length, ISO_8859_1);
  }

  boolean is(String word) {
    return length == word.length() && starts(word);
  }

  boolean starts(String start) {
    if (length < start.length()) {
      return false;
    }
    for (int i = 0; i < start.length(); i++) {
      if (line[i] != start.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  boolean notFound() {
    return is("NOT_FOUND");
  }

  /** Whether it is this word, and not that there is no such thing. */
  boolean done(String word) {
    if (!is(word) && !notFound()) {
      throw unexpected();
    }
    return is(word);
  }

  /** The number behind {@code start}, which must be there. */
  long number(String start) {
    expectStart(start);
    return number(start.length(), length);
  }

  /** The number behind the line's last blank. */
  long lastNumber() {
    return number(lastBlank() + 1, length);
  }

  private int lastBlank() {
    int at = length - 1;
    while (at >= 0 && line[at] != ' ') {
      at--;
    }
    return at;
  }

  OptionalLong numberOrNotFound(String start) {
    return notFound() ? OptionalLong.empty() : OptionalLong.of(number(start));
  }

  void expectStart(String start) {
    if (!starts(start)) {
      throw unexpected();
    }
  }

  Job job(String start) {
    expectStart(start);
    return new Job(number(start.length(), lastBlank()), body);
  }

  Optional<Job> found(String start) {
    return notFound() ? Optional.empty() : Optional.of(job(start));
  }

  Optional<String> text() {
    if (notFound()) {
      return Optional.empty();
    }
    expectStart("OK ");
    return Optional.of(new String(body, UTF_8));
  }

  private long number(int from, int to) {
    if (from >= to || to - from > DIGITS_MAX) {
      throw unexpected();
    }
    long number = 0;
    for (int i = from; i < to; i++) {
      int digit = line[i] - '0';
      if (digit < 0 || digit > 9) {
        throw unexpected();
      }
      number = 10 * number + digit;
    }
    // So many digits are less than 2^64: what is too large has turned negative.
    if (number < 0) {
      throw unexpected();
    }
    return number;
  }

  UnexpectedReply unexpected() {
    return unexpected("");
  }

  /** Likewise, with what else was wrong behind the line. */
  UnexpectedReply unexpected(String more) {
    return new UnexpectedReply(request, line() + more);
  }
}
