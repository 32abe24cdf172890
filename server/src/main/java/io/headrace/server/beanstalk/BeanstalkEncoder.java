package io.headrace.server.beanstalk;

import io.headrace.journal.BodyStore;
import io.headrace.queue.TubeName;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Writes replies into a connection's buffer, byte for byte as beanstalkd's protocol.txt has them.
 * Nothing is allocated: a line is put together in an array that all connections of a loop share.
 */
final class BeanstalkEncoder {
  private static final byte[] INSERTED = bytes("INSERTED ");
  private static final byte[] KNOWN = bytes("KNOWN ");
  private static final byte[] RESERVED = bytes("RESERVED ");
  private static final byte[] FOUND = bytes("FOUND ");
  private static final byte[] USING = bytes("USING ");
  private static final byte[] WATCHING = bytes("WATCHING ");
  private static final byte[] KICKED = bytes("KICKED ");
  private static final byte[] CLEARED = bytes("CLEARED ");
  private static final byte[] CAPTURED = bytes("CAPTURED ");
  private static final byte[] OK = bytes("OK ");

  /** Longest line in bytes: a name of which every byte is escaped, with what is around it. */
  private static final int LINE_BYTES_MAX = 3 * TubeName.BYTES_MAX + 64;

  /** A reply of so many bytes or more is large. */
  private static final int LARGE_BYTES = 8 * 1024;

  private static final int DIGITS_MAX = 19;

  /** Longest explanation, in characters. */
  private static final int REASON_CHARS_MAX = 400;

  private final BodyStore bodies;
  private final byte[] line = new byte[LINE_BYTES_MAX];
  private final byte[] digits = new byte[DIGITS_MAX];

  BeanstalkEncoder(BodyStore bodies) {
    this.bodies = bodies;
  }

  private static byte[] bytes(String word) {
    return word.getBytes(StandardCharsets.US_ASCII);
  }

  void word(ByteBuf out, Word word) {
    out.writeBytes(word.line());
  }

  void inserted(ByteBuf out, long job) {
    numbered(out, INSERTED, job);
  }

  void known(ByteBuf out, long job) {
    numbered(out, KNOWN, job);
  }

  void watching(ByteBuf out, int tubes) {
    numbered(out, WATCHING, tubes);
  }

  void kicked(ByteBuf out, long jobs) {
    numbered(out, KICKED, jobs);
  }

  void cleared(ByteBuf out, long jobs) {
    numbered(out, CLEARED, jobs);
  }

  void using(ByteBuf out, TubeName tube) {
    int at = start(USING);
    at += TubeNames.show(tube, line, at);
    end(out, at);
  }

  void reserved(ByteBuf out, long job, long bodyRef, int bodyBytes) {
    job(out, RESERVED, job, bodyRef, bodyBytes);
  }

  void found(ByteBuf out, long job, long bodyRef, int bodyBytes) {
    job(out, FOUND, job, bodyRef, bodyBytes);
  }

  void captured(ByteBuf out, long id) {
    numbered(out, CAPTURED, id);
  }

  /** Writes a capture as a job that was found. */
  void capture(ByteBuf out, long id, byte[] capture) {
    out.ensureWritable(capture.length + LINE_BYTES_MAX);
    int at = number(start(FOUND), id);
    line[at++] = ' ';
    end(out, number(at, capture.length));
    out.writeBytes(capture).writeByte('\r').writeByte('\n');
  }

  /** Says why a policy was refused, on one line. */
  void badPolicy(ByteBuf out, String reason) {
    String text = reason.replaceAll("[^ -~]", "?");
    String cut = text.substring(0, Math.min(text.length(), REASON_CHARS_MAX));
    out.writeBytes(bytes("BAD_POLICY " + cut + "\r\n"));
  }

  /** Writes a text as the reply to stats or list. */
  void ok(ByteBuf out, ReplyText text) {
    out.ensureWritable(text.bytes() + LINE_BYTES_MAX);
    end(out, number(start(OK), text.bytes()));
    text.writeTo(out);
    out.writeByte('\r').writeByte('\n');
  }

  private void numbered(ByteBuf out, byte[] word, long number) {
    end(out, number(start(word), number));
  }

  private void job(ByteBuf out, byte[] word, long job, long bodyRef, int bodyBytes) {
    makeRoom(out, bodyBytes + LINE_BYTES_MAX);
    int at = number(start(word), job);
    line[at++] = ' ';
    end(out, number(at, bodyBytes));
    if (bodyBytes > 0) {
      int index = out.writerIndex();
      bodies.read(bodyRef, 0, bodyBytes, out.internalNioBuffer(index, bodyBytes));
      out.writerIndex(index + bodyBytes);
    }
    out.writeByte('\r').writeByte('\n');
  }

  /**
   * Grows for the whole reply; and where it is not the first large one by what is sent at once,
   * since a buffer that doubles is copied each time.
   */
  private static void makeRoom(ByteBuf out, int bytes) {
    if (bytes > out.writableBytes()) {
      int have = out.readableBytes();
      int more = have < LARGE_BYTES ? 0 : BeanstalkSession.REPLIES_BYTES_MAX - have;
      out.ensureWritable(bytes + Math.max(0, more));
    }
  }

  private int start(byte[] word) {
    System.arraycopy(word, 0, line, 0, word.length);
    return word.length;
  }

  private void end(ByteBuf out, int at) {
    line[at] = '\r';
    line[at + 1] = '\n';
    out.writeBytes(line, 0, at + 2);
  }

  /** Writes the digits of a number that is not negative; returns where they end. */
  private int number(int at, long number) {
    int first = DIGITS_MAX;
    long rest = number;
    do {
      digits[--first] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
    int count = DIGITS_MAX - first;
    System.arraycopy(digits, first, line, at, count);
    return at + count;
  }
}
