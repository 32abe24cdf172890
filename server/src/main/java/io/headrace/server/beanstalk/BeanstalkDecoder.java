package io.headrace.server.beanstalk;

import io.headrace.journal.BodyStore;
import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.SessionId;
import io.headrace.server.Admission;
import io.headrace.server.captures.CaptureCause;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * Cuts one connection's bytes into requests: a small state machine that keeps at most one partial
 * line, and copies bodies straight to where they stay. How the bytes were cut into packets makes no
 * difference.
 *
 * <p>Differs from beanstalkd where a CRLF lies across the 224th byte, or where a carriage return
 * stands alone in a line: there beanstalkd misses the end of the line.
 */
final class BeanstalkDecoder {
  /** Longest line in bytes with its CRLF, as in beanstalkd. A longer one is BAD_FORMAT. */
  static final int LINE_BYTES_MAX = 224;

  /** From so many bytes on a body is large: a read holds a few of them, and they cost little. */
  static final int LARGE_BODY_BYTES = 4 * 1024;

  private static final byte[] NOTHING = new byte[0];

  private enum Phase {
    LINE,
    LONG_LINE,
    BODY,
    TRAILER,
    SKIP
  }

  /** Who is told of a request that cannot be read. */
  interface Unreadable {
    /**
     * Is told of it.
     *
     * @param unread how many bytes have come from the one on that cannot be read
     */
    void found(CaptureCause cause, long unread, Supplier<String> expected);
  }

  /** What the decoders of one loop share, since they decode one after the other. */
  static final class Scratch {
    final byte[] line = new byte[LINE_BYTES_MAX];
    final CRC32C crc = new CRC32C();
    final RequestLine request = new RequestLine(line);
    final ArrivingBodies arriving;

    /**
     * @param bodyBudgetBytes what all bodies may have
     */
    Scratch(long bodyBudgetBytes) {
      arriving = new ArrivingBodies(bodyBudgetBytes);
    }
  }

  private final Scratch scratch;
  private final Permit permit;
  private final BodyStore bodies;
  private final Admission admission;
  private final Counters counters;
  private final int maxJobBytes;
  private final Unreadable evidence;
  private final RequestLine request;

  private Phase phase = Phase.LINE;

  /** The beginning of a line whose end has not come. */
  private byte[] kept = NOTHING;

  private boolean longLineEndsWithCr;

  /** What the body belongs to: a put, with a key or without, or a death. */
  private Verb bodyOf = Verb.PUT;

  private String key = "";
  private long docketJob;
  private long priority;
  private long delayNs;
  private long ttrNs;
  private long bodyRef = BodyStore.NONE;
  private int bodyBytes;
  private int bodyStored;

  /** Whether the body was not complete when it was announced. */
  private boolean arriving;

  private CRC32C crc;
  private int trailerSeen;
  private boolean trailerIsCrlf;
  private long skipBytes;
  private long skipped;
  private Verb afterSkip = Verb.INCOMPLETE;

  BeanstalkDecoder(
      Scratch scratch,
      Permit permit,
      BodyStore bodies,
      Admission admission,
      Counters counters,
      int maxJobBytes,
      Unreadable evidence) {
    this.scratch = scratch;
    this.permit = permit;
    this.bodies = bodies;
    this.admission = admission;
    this.counters = counters;
    this.maxJobBytes = maxJobBytes;
    this.evidence = evidence;
    request = scratch.request;
    crc = scratch.crc;
  }

  /**
   * Takes the next request from {@code in}. Its arguments are in {@link #request}, and those of a
   * put here, until the next call for any connection of the loop: it must be acted on at once.
   *
   * @return {@link Verb#INCOMPLETE} when all of {@code in} is taken and no request is complete
   */
  Verb next(ByteBuf in) {
    return switch (phase) {
      case LINE -> line(in);
      case LONG_LINE -> longLine(in);
      case BODY -> body(in);
      case TRAILER -> trailer(in);
      case SKIP -> skip(in);
    };
  }

  /** Whether a request has begun whose end has not come. */
  boolean isMidCommand() {
    return phase != Phase.LINE || kept.length > 0;
  }

  /** Whether the next byte belongs to a large body that is kept. */
  boolean isMidLargeBody() {
    return phase == Phase.BODY && bodyBytes >= LARGE_BODY_BYTES;
  }

  /** How much of the body of the request that has begun is here, in bytes. */
  long bodyBytesHere() {
    return switch (phase) {
      case LINE, LONG_LINE -> 0;
      case BODY, TRAILER -> bodyStored;
      case SKIP -> skipped;
    };
  }

  /** The arguments of the request found last. */
  RequestLine request() {
    return request;
  }

  /** Whether the next byte begins a request. */
  boolean isBetweenRequests() {
    return phase == Phase.LINE && kept.length == 0;
  }

  /** Hands over the {@link Verb#PUT} or {@link Verb#PUT_KEY} found last, with its body. */
  Command.Put takePut(SessionId by) {
    return new Command.Put(by, priority, delayNs, ttrNs, takeBody());
  }

  /** The key of the {@link Verb#PUT_KEY} found last. */
  String key() {
    return key;
  }

  /** The job of the {@link Verb#DIED} or {@link Verb#DOCKET} found last. */
  long docketJob() {
    return docketJob;
  }

  /** Hands over the body of the request found last that has one. */
  Body takeBody() {
    Body body = new Body(bodyRef, bodyBytes, (int) crc.getValue());
    bodyRef = BodyStore.NONE;
    crc = scratch.crc;
    return body;
  }

  /** Gives back what a half-received put holds: the connection is gone. */
  void release() {
    if (bodyRef != BodyStore.NONE) {
      bodies.free(bodyRef, bodyBytes);
      bodyRef = BodyStore.NONE;
    }
    arrived();
    kept = NOTHING;
  }

  private void arrived() {
    if (arriving) {
      arriving = false;
      scratch.arriving.ends(bodyBytes);
    }
  }

  private Verb line(ByteBuf in) {
    byte[] line = scratch.line;
    int before = kept.length;
    System.arraycopy(kept, 0, line, 0, before);
    int bytes = Math.min(in.readableBytes(), LINE_BYTES_MAX - before);
    in.getBytes(in.readerIndex(), line, before, bytes);
    int have = before + bytes;
    boolean nul = false;
    for (int i = 0; i < have; i++) {
      byte b = line[i];
      if (b == '\n' && i > 0 && line[i - 1] == '\r') {
        in.skipBytes(i + 1 - before);
        kept = NOTHING;
        return nul ? withNul(i - 1, in) : dispatch(i - 1, in);
      }
      nul |= b == 0;
    }
    in.skipBytes(bytes);
    if (have < LINE_BYTES_MAX) {
      kept = have == 0 ? NOTHING : Arrays.copyOf(line, have);
      return Verb.INCOMPLETE;
    }
    kept = NOTHING;
    longLineEndsWithCr = line[LINE_BYTES_MAX - 1] == '\r';
    phase = Phase.LONG_LINE;
    evidence.found(
        CaptureCause.LINE_TOO_LONG,
        in.readableBytes(),
        () -> "CRLF within " + LINE_BYTES_MAX + " bytes");
    return longLine(in);
  }

  private Verb withNul(int lineBytes, ByteBuf in) {
    int at = 0;
    while (scratch.line[at] != 0) {
      at++;
    }
    evidence.found(
        CaptureCause.BAD_FORMAT, behind(lineBytes, at, in), () -> "no NUL byte in a line");
    return Verb.BAD_FORMAT;
  }

  /** How many bytes have come from this place of the line on. */
  private static long behind(int lineBytes, int at, ByteBuf in) {
    return in.readableBytes() + lineBytes + 2L - at;
  }

  private Verb refused(Verb verb, CaptureCause cause, int lineBytes, ByteBuf in) {
    long unread = behind(lineBytes, request.stoppedAt(), in);
    evidence.found(cause, unread, () -> Syntax.expected(cause, scratch.line, lineBytes));
    return verb;
  }

  private Verb longLine(ByteBuf in) {
    while (in.isReadable()) {
      if (longLineEndsWithCr && in.getByte(in.readerIndex()) == '\n') {
        in.skipBytes(1);
        phase = Phase.LINE;
        return Verb.LINE_TOO_LONG;
      }
      int cr = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\r');
      longLineEndsWithCr = cr >= 0;
      in.readerIndex(cr >= 0 ? cr + 1 : in.writerIndex());
    }
    return Verb.INCOMPLETE;
  }

  private Verb dispatch(int lineBytes, ByteBuf in) {
    Verb verb = request.parse(lineBytes);
    Verb judged = permit.judge(verb, request);
    if (judged == Verb.BAD_FORMAT) {
      return refused(verb, CaptureCause.BAD_FORMAT, lineBytes, in);
    }
    if (judged == Verb.UNKNOWN_COMMAND) {
      return refused(verb, CaptureCause.UNKNOWN_COMMAND, lineBytes, in);
    }
    boolean docket = verb == Verb.DIED || verb == Verb.DOCKET;
    if (verb != Verb.PUT && verb != Verb.PUT_KEY && !docket) {
      return judged;
    }
    long bytes = request.bodyBytes();
    if (judged != verb) {
      return skip(bytes, judged, in);
    }
    counters.count(verb);
    bodyOf = verb;
    if (bytes > maxJobBytes) {
      // beanstalkd looks at the size before it looks for garbage behind it.
      evidence.found(
          CaptureCause.JOB_TOO_BIG,
          behind(lineBytes, request.stoppedAt(), in),
          () -> "a body of at most " + maxJobBytes + " bytes");
      return skip(bytes, Verb.PUT_TOO_BIG, in);
    }
    if (!request.endsAfterBodyBytes()) {
      return refused(Verb.BAD_FORMAT, CaptureCause.BAD_FORMAT, lineBytes, in);
    }
    if (docket) {
      docketJob = request.job();
    } else {
      key = request.key();
      priority = request.priority();
      delayNs = request.delayNs();
      ttrNs = request.ttrNs();
    }
    bodyBytes = (int) bytes;
    boolean whole = in.readableBytes() >= bodyBytes + 2L;
    boolean room = whole || scratch.arriving.haveRoomFor(bodyBytes);
    bodyRef = room ? admission.roomForBody(bodyBytes) : BodyStore.NONE;
    if (bodyRef == BodyStore.NONE) {
      return skip(bytes, Verb.PUT_WITHOUT_ROOM, in);
    }
    bodyStored = 0;
    trailerSeen = 0;
    trailerIsCrlf = true;
    phase = Phase.BODY;
    if (whole) {
      crc.reset();
    } else {
      crc = new CRC32C();
      arriving = true;
      scratch.arriving.begins(bodyBytes);
    }
    return body(in);
  }

  private Verb body(ByteBuf in) {
    int bytes = Math.min(in.readableBytes(), bodyBytes - bodyStored);
    if (bytes > 0) {
      ByteBuffer from = in.internalNioBuffer(in.readerIndex(), bytes);
      int start = from.position();
      crc.update(from);
      from.position(start);
      bodies.write(bodyRef, bodyStored, from);
      bodyStored += bytes;
      in.skipBytes(bytes);
    }
    if (bodyStored < bodyBytes) {
      return Verb.INCOMPLETE;
    }
    phase = Phase.TRAILER;
    return trailer(in);
  }

  private Verb trailer(ByteBuf in) {
    for (; trailerSeen < 2; trailerSeen++) {
      if (!in.isReadable()) {
        return Verb.INCOMPLETE;
      }
      boolean good = in.readByte() == (trailerSeen == 0 ? '\r' : '\n');
      if (trailerIsCrlf && !good) {
        evidence.found(
            CaptureCause.EXPECTED_CRLF,
            in.readableBytes() + 1L,
            () -> "CRLF behind the " + bodyBytes + " bytes of the body");
      }
      trailerIsCrlf &= good;
    }
    phase = Phase.LINE;
    arrived();
    if (trailerIsCrlf) {
      return bodyOf;
    }
    bodies.free(bodyRef, bodyBytes);
    bodyRef = BodyStore.NONE;
    crc = scratch.crc;
    return Verb.PUT_WITHOUT_CRLF;
  }

  private Verb skip(long bytes, Verb then, ByteBuf in) {
    skipBytes = bytes + 2;
    skipped = 0;
    afterSkip = then;
    phase = Phase.SKIP;
    return skip(in);
  }

  private Verb skip(ByteBuf in) {
    int bytes = (int) Math.min(in.readableBytes(), skipBytes);
    in.skipBytes(bytes);
    skipBytes -= bytes;
    skipped += bytes;
    if (skipBytes > 0) {
      return Verb.INCOMPLETE;
    }
    phase = Phase.LINE;
    return afterSkip;
  }
}
