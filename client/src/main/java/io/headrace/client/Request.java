package io.headrace.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Set;

/**
 * One command, ready to be sent, and how its reply is read. {@link Requests} has them all.
 *
 * @param <T> what the reply says
 */
public final class Request<T> {
  /** Longest body of a reply in bytes: the most that beanstalkd's {@code -z} allows. */
  static final int BODY_BYTES_MAX = 1 << 30;

  static final byte[] CRLF = {'\r', '\n'};

  /** Reads a reply, or throws {@link UnexpectedReply} when it is none to this request. */
  interface Answer<T> {
    T of(Reply reply);
  }

  /** What the server must be for the request to be sent at all, and to be sent again. */
  enum Needs {
    BEANSTALKD,
    /** One that knows this verb: another would take a body that follows the line for commands. */
    EXTENSION,
    /** Likewise; and to ask twice is to have it done once. */
    KEYS
  }

  private final String name;
  private final byte[] line;
  private final byte[] body;
  private final boolean hasBody;
  private final String bodyWord;
  private final Needs needs;
  private final Answer<T> answer;

  private Request(
      String name,
      byte[] line,
      byte[] body,
      boolean hasBody,
      String bodyWord,
      Needs needs,
      Answer<T> answer) {
    this.name = name;
    this.line = line;
    this.body = body;
    this.hasBody = hasBody;
    this.bodyWord = bodyWord;
    this.needs = needs;
    this.answer = answer;
  }

  /** The bytes of a line. */
  static byte[] encoded(String line) {
    return (line + "\r\n").getBytes(ISO_8859_1);
  }

  /** A line, whose reply is a line. */
  static <T> Request<T> line(String line, Answer<T> answer) {
    return new Request<>(line, encoded(line), Reply.NO_BODY, false, "", Needs.BEANSTALKD, answer);
  }

  /** A line with a secret in it, so that messages have only {@code name}. */
  static <T> Request<T> secret(String name, String line, Answer<T> answer) {
    return new Request<>(name, encoded(line), Reply.NO_BODY, false, "", Needs.BEANSTALKD, answer);
  }

  /** A line, whose reply has a body when it begins with {@code bodyWord} and a blank. */
  static <T> Request<T> asking(String line, String bodyWord, Answer<T> answer) {
    return new Request<>(
        line, encoded(line), Reply.NO_BODY, false, bodyWord + ' ', Needs.BEANSTALKD, answer);
  }

  /** A line, {@link #encoded}, and a body, whose reply is a line. */
  static <T> Request<T> body(String name, byte[] line, byte[] body, Needs needs, Answer<T> answer) {
    return new Request<>(name, line, body, true, "", needs, answer);
  }

  /** The command's first word. */
  public String verb() {
    int blank = name.indexOf(' ');
    return blank < 0 ? name : name.substring(0, blank);
  }

  /** As it stands in messages. */
  @Override
  public String toString() {
    return name;
  }

  /** Whether it may be sent to a server that has these extensions. */
  boolean isKnownWith(Set<String> extensions) {
    return needs == Needs.BEANSTALKD || extensions.contains(verb());
  }

  /** Whether to ask again does no harm, though it may have been done. */
  boolean mayRepeat() {
    return needs == Needs.KEYS;
  }

  /** The body that it was made with, nothing without one. */
  byte[] body() {
    return body;
  }

  /** All bytes of it. */
  long bytes() {
    return line.length + (hasBody ? (long) body.length + CRLF.length : 0);
  }

  /** Its bytes, without a copy of the body. */
  ByteBuffer[] buffers() {
    return hasBody
        ? new ByteBuffer[] {ByteBuffer.wrap(line), ByteBuffer.wrap(body), ByteBuffer.wrap(CRLF)}
        : new ByteBuffer[] {ByteBuffer.wrap(line)};
  }

  /**
   * Copies what fits, from a place in its bytes.
   *
   * @return how many bytes that were
   */
  int copy(long from, ByteBuffer to) {
    int before = to.position();
    long at = part(line, from, to);
    if (hasBody) {
      at = part(body, at, to);
      part(CRLF, at, to);
    }
    return to.position() - before;
  }

  /** Copies of one part what fits; returns the place in what comes behind it, below 0: before. */
  private static long part(byte[] part, long from, ByteBuffer to) {
    if (from >= 0 && from < part.length) {
      int bytes = Math.min(part.length - (int) from, to.remaining());
      to.put(part, (int) from, bytes);
      from += bytes;
    }
    return from - part.length;
  }

  /**
   * How many bytes follow this line of a reply before a last CRLF, or -1 when the line is all.
   *
   * @throws UnexpectedReply when the line does not say it
   */
  int bodyBytes(Reply reply) {
    if (bodyWord.isEmpty() || !reply.starts(bodyWord)) {
      return -1;
    }
    long bytes = reply.lastNumber();
    if (bytes > BODY_BYTES_MAX) {
      throw reply.unexpected();
    }
    return (int) bytes;
  }

  T answer(Reply reply) {
    return answer.of(reply);
  }

  /**
   * Whether such a reply leaves the connection in step, though it is no answer: a server that did
   * not understand the line of a request takes its body for more requests.
   */
  boolean inStep(UnexpectedReply unexpected) {
    return unexpected.forbidden() || (!hasBody && unexpected.refused());
  }
}
