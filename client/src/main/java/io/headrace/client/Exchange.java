package io.headrace.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** Requests and their replies over one connection, in the protocol's few forms. */
final class Exchange implements AutoCloseable {
  static final byte[] CRLF = {'\r', '\n'};

  /** Longest body taken in bytes: the most that beanstalkd's {@code -z} allows. */
  private static final int BODY_BYTES_MAX = 1 << 30;

  private final Connection connection;
  private final Duration patience;

  Exchange(Connection connection, Duration patience) {
    this.connection = connection;
    this.patience = patience;
  }

  Deadline deadline() {
    return new Deadline(patience, Duration.ZERO);
  }

  /** Sends whole requests, and what is between them and the end of the buffers. */
  void send(ByteBuffer... buffers) {
    connection.send(deadline(), buffers);
  }

  String reply() {
    return connection.readLine(deadline());
  }

  String ask(String command) {
    return ask(command, Duration.ZERO);
  }

  /** Asks what the server may take {@code more} time to answer than the patience. */
  String ask(String command, Duration more) {
    var deadline = new Deadline(patience, more);
    connection.send(deadline, line(command));
    return connection.readLine(deadline);
  }

  String ask(String command, byte[] body) {
    var deadline = deadline();
    connection.send(deadline, line(command), ByteBuffer.wrap(body), ByteBuffer.wrap(CRLF));
    return connection.readLine(deadline);
  }

  private static ByteBuffer line(String command) {
    return ByteBuffer.wrap((command + "\r\n").getBytes(ISO_8859_1));
  }

  Optional<String> text(String command) {
    var reply = ask(command);
    if (reply.equals("NOT_FOUND")) {
      return Optional.empty();
    }
    long bytes = number(command, reply, "OK ");
    return Optional.of(new String(readBody(command, reply, bytes), UTF_8));
  }

  Optional<Job> found(String command, String start) {
    var reply = ask(command);
    return reply.equals("NOT_FOUND")
        ? Optional.empty()
        : Optional.of(readJob(command, reply, start));
  }

  Job readJob(String command, String reply, String start) {
    expectStart(command, reply, start);
    int space = reply.indexOf(' ', start.length());
    if (space < 0) {
      throw unexpected(command, reply);
    }
    long id = parse(command, reply, reply.substring(start.length(), space));
    long bytes = parse(command, reply, reply.substring(space + 1));
    return new Job(id, readBody(command, reply, bytes));
  }

  private byte[] readBody(String command, String reply, long bytes) {
    if (bytes > BODY_BYTES_MAX) {
      throw unexpected(command, reply);
    }
    var deadline = deadline();
    var body = connection.readBytes((int) bytes, deadline);
    if (!Arrays.equals(connection.readBytes(CRLF.length, deadline), CRLF)) {
      throw unexpected(command, reply + " and a body of another length");
    }
    return body;
  }

  boolean done(String command, String word) {
    var reply = ask(command);
    if (!reply.equals(word) && !reply.equals("NOT_FOUND")) {
      throw unexpected(command, reply);
    }
    return reply.equals(word);
  }

  void expectStart(String command, String reply, String start) {
    if (!reply.startsWith(start)) {
      throw unexpected(command, reply);
    }
  }

  long number(String command, String reply, String start) {
    expectStart(command, reply, start);
    return parse(command, reply, reply.substring(start.length()));
  }

  private long parse(String command, String reply, String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw unexpected(command, reply);
    }
  }

  /** What follows an unexpected reply could be anything, so that nothing more may be asked here. */
  UnexpectedReply unexpected(String command, String reply) {
    var unexpected = new UnexpectedReply(command, reply);
    if (!unexpected.unknownCommand() && !unexpected.forbidden()) {
      close();
    }
    return unexpected;
  }

  void quit() {
    connection.quit();
  }

  /** Says {@code quit}, unless the connection is lost or in the middle of a request, and closes. */
  @Override
  public void close() {
    connection.quit();
    connection.close();
  }

  /** Closes without a word: what was sent last may have no end. */
  void abandon() {
    connection.close();
  }
}
