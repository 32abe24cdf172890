package io.headrace.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What a server says, cut into replies. It keeps what came behind the reply that was asked for, and
 * asks for more bytes only when it has none. For one thread.
 */
final class Incoming {
  /** Longest line of a reply in bytes; the protocol's longest is a tube name behind a word. */
  static final int LINE_BYTES_MAX = 4096;

  /** A body's room grows with what has come, so that a wrong length costs no memory. */
  private static final int GROWTH_BYTES_MAX = 16 * 1024 * 1024;

  /** Most bytes of what was not expected that a message quotes. */
  private static final int QUOTED_BYTES_MAX = 40;

  private static final int LINE_BYTES = 64;

  /** What a server with TLS says to who speaks none begins so (RFC 8446, 5.1). */
  private static final byte TLS_ALERT = 21;

  private static final byte TLS_MAJOR = 3;

  /** Where more comes from. */
  interface Source {
    /** Waits for more, and puts it into the buffer, which is empty. */
    void fill(ByteBuffer in) throws IOException;
  }

  private final String peer;
  private final ByteBuffer in;
  private byte[] line = new byte[LINE_BYTES];

  /**
   * @param peer whom messages name
   * @param bytes how much is read at once
   */
  Incoming(String peer, int bytes) {
    this.peer = peer;
    in = ByteBuffer.allocateDirect(bytes).flip();
  }

  boolean isEmpty() {
    return !in.hasRemaining();
  }

  /** Waits for at least one byte, when there is none. */
  void await(Source source) throws IOException {
    while (!in.hasRemaining()) {
      in.clear();
      try {
        source.fill(in);
      } finally {
        in.flip();
      }
    }
  }

  /**
   * Reads the reply to a request. Its line is only good until the next one is read.
   *
   * @throws UnexpectedReply when it cannot be told where it ends
   * @throws ServerUnreachable when a line has no end
   */
  Reply reply(Request<?> request, Source source) throws IOException {
    int bytes = line(source);
    var reply = new Reply(request.toString(), line, bytes, Reply.NO_BODY);
    int bodyBytes = request.bodyBytes(reply);
    if (bodyBytes < 0) {
      return reply;
    }
    var body = bytes(bodyBytes, source);
    if (!Arrays.equals(bytes(Request.CRLF.length, source), Request.CRLF)) {
      throw reply.unexpected(" and a body of another length");
    }
    return new Reply(request.toString(), line, bytes, body);
  }

  /** Reads a line up to its CRLF, and returns its length without. */
  private int line(Source source) throws IOException {
    for (int length = 0; ; length++) {
      await(source);
      if (length == line.length) {
        line = Arrays.copyOf(line, 2 * length);
      }
      line[length] = in.get();
      if (line[length] == '\n' && length > 0 && line[length - 1] == '\r') {
        return length - 1;
      }
      if (length == 1 && line[0] == TLS_ALERT && line[1] == TLS_MAJOR) {
        throw new ServerUnreachable(peer + ": it speaks TLS; write tls:" + peer);
      }
      if (length + 1 == LINE_BYTES_MAX) {
        throw new ServerUnreachable(
            peer
                + ": it sent "
                + LINE_BYTES_MAX
                + " bytes without the end of a line; another kind of server?");
      }
    }
  }

  private byte[] bytes(int bytes, Source source) throws IOException {
    var all = new byte[Math.min(bytes, in.capacity())];
    int length = 0;
    while (length < bytes) {
      if (length == all.length) {
        long room = all.length + (long) Math.min(all.length, GROWTH_BYTES_MAX);
        all = Arrays.copyOf(all, (int) Math.min(bytes, room));
      }
      await(source);
      int now = Math.min(in.remaining(), all.length - length);
      in.get(all, length, now);
      length += now;
    }
    return all;
  }

  /** What is there, as it stands in messages. */
  String quoted() {
    var some = new byte[Math.min(in.remaining(), QUOTED_BYTES_MAX)];
    in.get(in.position(), some);
    return "'" + UnexpectedReply.printable(new String(some, ISO_8859_1)) + "'";
  }
}
