package io.headrace.http;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Makes a response of bytes (RFC 9112). Pure: how the bytes were split makes no difference. It
 * takes any bytes; what cannot be read becomes a verdict, and what was read until then is kept.
 *
 * <p>It is malformed when it cannot be known what the response says or where it ends. All else that
 * is not right is noted, and the response is used.
 */
final class ResponseDecoder {
  /** What comes next. */
  private enum State {
    BEFORE,
    STATUS_LINE,
    HEADERS,
    LENGTH,
    UNTIL_CLOSE,
    CHUNK_SIZE,
    CHUNK_DATA,
    CHUNK_END,
    TRAILERS,
    COMPLETE,
    FAILED
  }

  private final boolean toHead;
  private final Sizes sizes;
  private final Notes notes = new Notes();
  private final Line line = new Line();
  private final KeptBytes first;
  private final KeptBytes body;
  private State state = State.BEFORE;

  /** Of all that came: bytes that were looked at. */
  private long at;

  /** Of these: where the line or byte begins that is looked at. */
  private long itemAt;

  /** Of the head, or of the trailers, that comes. */
  private int headBytes;

  private HeaderLines lines = new HeaderLines();
  private String statusLine = "";
  private Optional<StatusLine> status = Optional.empty();
  private List<Header> headers = List.of();
  private boolean headIsWhole;
  private List<Header> trailers = List.of();
  private int interim;

  /** Length of the body, where it is known. */
  private OptionalLong length = OptionalLong.empty();

  /** Bytes that are left of the body, or of the chunk. */
  private long left;

  /** Bytes beyond the end. */
  private long beyond;

  private Optional<Verdict> failure = Optional.empty();

  /**
   * A decoder of one response.
   *
   * @param toHead whether it answers a HEAD: then it has no body
   */
  ResponseDecoder(boolean toHead, Sizes sizes) {
    this.toHead = toHead;
    this.sizes = sizes;
    first = new KeptBytes(sizes.firstKeptMax());
    body = new KeptBytes(sizes.bodyKeptMax());
  }

  /** Takes all bytes that are there. */
  void take(ByteBuffer in) {
    first.take(in.duplicate(), in.remaining());
    while (in.hasRemaining() && !isOver()) {
      int from = in.position();
      try {
        step(in);
      } catch (MalformedResponseException e) {
        fail(new Verdict.Malformed(e.why(), itemAt));
      }
      at += in.position() - from;
    }
    if (state == State.COMPLETE) {
      beyond += in.remaining();
    }
    in.position(in.limit());
  }

  private void step(ByteBuffer in) throws MalformedResponseException {
    switch (state) {
      case BEFORE -> begin(in.get());
      case STATUS_LINE, HEADERS, TRAILERS -> headLine(in);
      case LENGTH -> {
        data(in);
        if (left == 0) {
          state = State.COMPLETE;
        }
      }
      case UNTIL_CLOSE -> data(in);
      case CHUNK_SIZE -> chunkSize(in);
      case CHUNK_DATA -> {
        data(in);
        if (left == 0) {
          state = State.CHUNK_END;
        }
      }
      case CHUNK_END -> chunkEnd(in);
      case COMPLETE, FAILED -> throw new IllegalStateException("nothing is left to take");
    }
  }

  /** One byte of what comes before a status line, or of how that begins. */
  private void begin(byte b) throws MalformedResponseException {
    headBytes++;
    if (line.isEmpty()) {
      itemAt = at;
      if (b == '\r' || b == '\n') {
        notes.add("blank lines before the status line");
        if (headBytes > sizes.headBytesMax()) {
          fail(new Verdict.TooLarge(sizes.headBytesMax(), "bytes of headers"));
        }
        return;
      }
    }
    line.add(b);
    var start = line.soFar();
    if (!StatusLine.mayBegin(start)) {
      throw new MalformedResponseException(
          "it begins with " + Escaped.quoted(start) + ", not with HTTP/");
    }
    if (StatusLine.begins(start)) {
      state = State.STATUS_LINE;
    }
  }

  private void headLine(ByteBuffer in) throws MalformedResponseException {
    int before = line.length();
    if (before == 0) {
      itemAt = at;
    }
    var progress = line.take(in, sizes.headBytesMax() - headBytes + before);
    headBytes += line.length() - before;
    switch (progress) {
      case MORE -> {}
      case TOO_LONG -> fail(new Verdict.TooLarge(sizes.headBytesMax(), "bytes of headers"));
      case WHOLE -> headLine(line.cut(notes));
    }
  }

  private void headLine(String text) throws MalformedResponseException {
    if (state == State.STATUS_LINE) {
      statusLine = text;
      status = Optional.of(StatusLine.parse(text, notes));
      state = State.HEADERS;
    } else if (!text.isEmpty()) {
      lines.add(text, notes);
      if (headers.size() + lines.size() > sizes.headersMax()) {
        fail(new Verdict.TooLarge(sizes.headersMax(), "headers"));
      }
    } else if (state == State.HEADERS) {
      headers = lines.all();
      headIsWhole = true;
      headEnded(status.orElseThrow());
    } else {
      trailers = lines.all();
      state = State.COMPLETE;
    }
  }

  private void headEnded(StatusLine head) throws MalformedResponseException {
    lines = new HeaderLines();
    headBytes = 0;
    if (head.status() == 101) {
      throw new MalformedResponseException(
          "status 101 changes to a protocol that nobody asked for");
    }
    var framing = Framing.of(head, toHead, headers, notes);
    if (head.status() < Framing.FIRST_FINAL) {
      interimEnded();
      return;
    }
    switch (framing) {
      case Framing.Nothing _ -> state = State.COMPLETE;
      case Framing.Length(var bytes) -> {
        length = OptionalLong.of(bytes);
        left = bytes;
        state = bytes == 0 ? State.COMPLETE : State.LENGTH;
      }
      case Framing.Chunked _ -> state = State.CHUNK_SIZE;
      case Framing.UntilClose _ -> {
        left = Long.MAX_VALUE;
        state = State.UNTIL_CLOSE;
      }
    }
  }

  private void interimEnded() throws MalformedResponseException {
    interim++;
    if (interim > Sizes.INTERIM_MAX) {
      throw new MalformedResponseException(
          "more than " + Sizes.INTERIM_MAX + " interim responses (1xx)");
    }
    statusLine = "";
    status = Optional.empty();
    headers = List.of();
    headIsWhole = false;
    state = State.BEFORE;
  }

  /** Bytes of the body, up to what is left of it and to what is read of any. */
  private void data(ByteBuffer in) {
    itemAt = at;
    long room = sizes.bodyBytesMax() - body.total();
    int count = (int) Math.min(in.remaining(), Math.min(left, room));
    body.take(in, count);
    left -= count;
    if (left > 0 && in.hasRemaining()) {
      fail(new Verdict.TooLarge(sizes.bodyBytesMax(), "bytes of body"));
    }
  }

  private void chunkSize(ByteBuffer in) throws MalformedResponseException {
    if (line.isEmpty()) {
      itemAt = at;
    }
    switch (line.take(in, Sizes.CHUNK_LINE_BYTES_MAX)) {
      case MORE -> {}
      case TOO_LONG ->
          fail(new Verdict.TooLarge(Sizes.CHUNK_LINE_BYTES_MAX, "bytes before a chunk"));
      case WHOLE -> {
        left = ChunkSize.parse(line.cut(notes), notes);
        state = left == 0 ? State.TRAILERS : State.CHUNK_DATA;
      }
    }
  }

  /** The line end behind a chunk. Where there is none, its length was wrong. */
  private void chunkEnd(ByteBuffer in) throws MalformedResponseException {
    if (line.isEmpty()) {
      itemAt = at;
    }
    byte b = in.get();
    line.add(b);
    boolean isFirst = line.length() == 1;
    // LF alone is for who writes no CR at all: else it would hide that the length is one too large.
    boolean isEnd = b == '\n' && !(isFirst && line.wasCutAtCr());
    if (isEnd) {
      line.cut(notes);
      state = State.CHUNK_SIZE;
    } else if (b != '\r' || !isFirst) {
      throw new MalformedResponseException("a chunk goes on behind its end");
    }
  }

  private void fail(Verdict verdict) {
    failure = Optional.of(verdict);
    state = State.FAILED;
  }

  /** Whether more bytes change nothing, but for the count of those beyond the end. */
  boolean isOver() {
    return state == State.COMPLETE || state == State.FAILED;
  }

  /**
   * The verdict if the connection is closed now.
   *
   * @param properly whether it is certain that the server has closed it: by TLS that takes its word
   */
  Verdict ifClosed(boolean properly) {
    return switch (state) {
      case BEFORE, STATUS_LINE, HEADERS -> new Verdict.EarlyClose(stage());
      case LENGTH, CHUNK_SIZE, CHUNK_DATA, CHUNK_END -> new Verdict.Truncated(body.total(), length);
      case UNTIL_CLOSE -> properly ? whole() : new Verdict.Truncated(body.total(), length);
      case TRAILERS -> {
        // Section 8: the chunk of length 0 is what makes the body complete.
        notes.add("closed before the blank line that ends it");
        trailers = lines.all();
        yield whole();
      }
      case COMPLETE -> whole();
      case FAILED -> failure.orElseThrow();
    };
  }

  private Verdict whole() {
    if (beyond > 0) {
      notes.add(beyond + " more bytes behind its end");
    }
    return notes.isEmpty() ? new Verdict.Ok() : new Verdict.OkLenient(notes.all());
  }

  /** Adds something that was not right, and that the bytes do not show. */
  void note(String what) {
    notes.add(what);
  }

  /** Whether nothing that may still come is of interest: of what is no response, the beginning. */
  boolean hasEnough() {
    return state == State.FAILED && first.isFull();
  }

  /** How far it has come. */
  Stage stage() {
    return switch (state) {
      case BEFORE -> line.isEmpty() ? Stage.FIRST_BYTE : Stage.STATUS_LINE;
      case STATUS_LINE -> Stage.STATUS_LINE;
      case HEADERS -> Stage.HEADERS;
      case LENGTH, UNTIL_CLOSE, CHUNK_SIZE, CHUNK_DATA, CHUNK_END -> Stage.BODY;
      case TRAILERS, COMPLETE, FAILED -> Stage.TRAILERS;
    };
  }

  /** Interim responses (1xx) that came. */
  int interim() {
    return interim;
  }

  /** Bytes that came. */
  long bytes() {
    return first.total();
  }

  /** Bytes that came beyond the end of the response. */
  long beyond() {
    return beyond;
  }

  /** What came of it. */
  Response response() {
    var known = status.isPresent() ? OptionalInt.of(status.get().status()) : OptionalInt.empty();
    return new Response(
        statusLine,
        known,
        headIsWhole ? headers : lines.all(),
        trailers,
        interim,
        body.kept(),
        body.total(),
        first.kept(),
        first.total());
  }
}
