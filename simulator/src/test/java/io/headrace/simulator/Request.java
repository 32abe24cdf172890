package io.headrace.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a client asks, with what it may be told.
 *
 * @param bytes as they are sent
 * @param line the only reply there can be, for {@link Kind#EXACT}
 * @param job the job it is about; 0 for none
 * @param body of a put
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
record Request(Kind kind, byte[] bytes, String line, long job, byte[] body) {
  /** How the reply is checked. */
  enum Kind {
    /** An entry of the log: what the reference machine answered. */
    LOGGED,
    PUT,
    DELETE,
    /** A line that is known beforehand. */
    EXACT,
    /** BAD_POLICY, and why. */
    BAD_POLICY,
    /** FOUND with a body, or NOT_FOUND. */
    PEEK,
    /** OK with a text, or NOT_FOUND. */
    TEXT,
    /** No reply: the connection is closed. */
    QUIT
  }

  static Request of(Kind kind, String line) {
    return new Request(kind, ascii(line + "\r\n"), "", 0, new byte[0]);
  }

  static Request about(Kind kind, String line, long job) {
    return new Request(kind, ascii(line + " " + job + "\r\n"), "", job, new byte[0]);
  }

  static Request exact(byte[] bytes, String reply) {
    return new Request(Kind.EXACT, bytes, reply, 0, new byte[0]);
  }

  static Request put(long priority, long delay, long ttr, byte[] body) {
    return new Request(Kind.PUT, putBytes(priority, delay, ttr, body), "", 0, body);
  }

  /** The same job with a key: a second one with it gets the first id. */
  Request keyed(String key) {
    byte[] head = ascii("put-key " + key);
    byte[] keyed = Arrays.copyOf(head, head.length + bytes.length - "put".length());
    System.arraycopy(bytes, "put".length(), keyed, head.length, keyed.length - head.length);
    return new Request(kind, keyed, line, job, body);
  }

  static byte[] putBytes(long priority, long delay, long ttr, byte[] body) {
    byte[] head = ascii(String.format("put %d %d %d %d\r\n", priority, delay, ttr, body.length));
    return withBody(head, body);
  }

  static Request died(long job, byte[] docket) {
    byte[] head = ascii("died " + job + " " + docket.length + "\r\n");
    return new Request(Kind.LOGGED, withBody(head, docket), "", job, docket);
  }

  private static byte[] withBody(byte[] head, byte[] body) {
    byte[] bytes = Arrays.copyOf(head, head.length + body.length + 2);
    System.arraycopy(body, 0, bytes, head.length, body.length);
    bytes[bytes.length - 2] = '\r';
    bytes[bytes.length - 1] = '\n';
    return bytes;
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public String toString() {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.substring(0, Math.min(60, text.indexOf('\r')));
  }
}
