package io.headrace.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.OptionalLong;

/** What came for one request. */
final class Reply {
  static final byte[] NO_BODY = {};

  private final String request;
  private final String line;
  private final byte[] body;

  /**
   * @param request how the request is called in messages
   * @param line without its CRLF
   * @param body what follows the line, nothing where nothing does
   */
  Reply(String request, String line, byte[] body) {
    this.request = request;
    this.line = line;
    this.body = body;
  }

  String line() {
    return line;
  }

  boolean is(String word) {
    return line.equals(word);
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
    return number(start.length(), line.length());
  }

  OptionalLong numberOrNotFound(String start) {
    return notFound() ? OptionalLong.empty() : OptionalLong.of(number(start));
  }

  void expectStart(String start) {
    if (!line.startsWith(start)) {
      throw unexpected();
    }
  }

  Job job(String start) {
    expectStart(start);
    return new Job(number(start.length(), line.lastIndexOf(' ')), body);
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

  /** The number between two places of the line. */
  long number(int from, int to) {
    if (from >= to || line.charAt(from) == '-' || line.charAt(from) == '+') {
      throw unexpected();
    }
    try {
      return Long.parseLong(line, from, to, 10);
    } catch (NumberFormatException e) {
      throw unexpected();
    }
  }

  UnexpectedReply unexpected() {
    return new UnexpectedReply(request, line);
  }
}
