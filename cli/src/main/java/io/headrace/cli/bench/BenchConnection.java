package io.headrace.cli.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/**
 * One connection of a load: its bytes both ways, and the commands whose replies are to come, in
 * their order. Knows how the protocol looks, not what the load wants.
 */
final class BenchConnection {
  /** What a reply answers. */
  static final int SETUP = 0;

  static final int PUT = 1;
  static final int RESERVE = 2;
  static final int DELETE = 3;

  private static final int LINE_BYTES_MAX = 512;
  private static final int COMMAND_BYTES_MAX = 96;
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] DELETE_WORD = "delete ".getBytes(ISO_8859_1);

  final boolean putting;
  final SocketChannel channel;
  final SelectionKey key;

  /** Commands for which there is room; a reserve and the delete after it share one. */
  int free;

  /** A reserve that may wait is under way, or the tube was found empty. */
  boolean waiting;

  boolean dry;

  private ByteBuffer in = ByteBuffer.allocate(16 * 1024).flip();
  private final ByteBuffer out;
  private final byte[] putStart;

  private final int[] kinds;
  private final long[] sentNs;
  private final int[] numbers;
  private int first;
  private int count;

  BenchConnection(SocketChannel channel, SelectionKey key, Load load, boolean putting) {
    this.channel = channel;
    this.key = key;
    this.putting = putting;
    free = load.depth();
    int slots = 2 * load.depth() + 4;
    kinds = new int[slots];
    sentNs = new long[slots];
    numbers = new int[slots];
    out = ByteBuffer.allocate(slots * (COMMAND_BYTES_MAX + (putting ? load.bodyBytes() : 0)));
    putStart = ("put 1024 0 600 " + load.bodyBytes() + "\r\n").getBytes(ISO_8859_1);
  }

  /** One reply, as {@link #next} found it. */
  interface Replies {
    /** {@code line} is the reply without CRLF; a body, if any, lies in {@code bytes}. */
    void reply(
        int kind, long sentNs, int number, String line, byte[] bytes, int bodyAt, int bodyBytes)
        throws IOException;
  }

  boolean idle() {
    return count == 0;
  }

  void setUp(String command) {
    out.put((command + "\r\n").getBytes(ISO_8859_1));
    expect(SETUP, 0, -1);
  }

  void put(Account account, long nowNs) {
    out.put(putStart);
    int number = account.write(out, nowNs);
    out.put(CRLF);
    expect(PUT, nowNs, number);
  }

  void reserve(int timeoutSeconds, long nowNs) {
    out.put(("reserve-with-timeout " + timeoutSeconds + "\r\n").getBytes(ISO_8859_1));
    expect(RESERVE, nowNs, -1);
  }

  void delete(long id, int number, long nowNs) {
    out.put(DELETE_WORD).put(Long.toString(id).getBytes(ISO_8859_1)).put(CRLF);
    expect(DELETE, nowNs, number);
  }

  private void expect(int kind, long nowNs, int number) {
    int at = (first + count++) % kinds.length;
    kinds[at] = kind;
    sentNs[at] = nowNs;
    numbers[at] = number;
  }

  /** Sends what it can; the rest when the peer takes bytes again. */
  void flush() throws IOException {
    if (out.position() > 0) {
      channel.write(out.flip());
      out.compact();
      int wanted = SelectionKey.OP_READ | (out.position() > 0 ? SelectionKey.OP_WRITE : 0);
      if (key.interestOps() != wanted) {
        key.interestOps(wanted);
      }
    }
  }

  /** Reads once and hands over every whole reply; false when the server has closed. */
  boolean receive(Replies replies) throws IOException {
    in.compact();
    int got = channel.read(in);
    in.flip();
    while (next(replies)) {
      first = (first + 1) % kinds.length;
      count--;
    }
    return got >= 0;
  }

  private boolean next(Replies replies) throws IOException {
    var bytes = in.array();
    int start = in.position();
    int end = start;
    while (end < in.limit() && bytes[end] != '\n') {
      end++;
    }
    if (end == in.limit()) {
      if (end - start > LINE_BYTES_MAX) {
        throw new IOException("a reply without end");
      }
      return false;
    }
    if (count == 0) {
      throw new IOException(
          "a reply to nothing: " + new String(bytes, start, end - start, ISO_8859_1));
    }
    int bodyAt = end + 1;
    int kind = kinds[first];
    var line = new String(bytes, start, Math.max(0, end - 1 - start), ISO_8859_1);
    if (kind != RESERVE || !line.startsWith("RESERVED ")) {
      in.position(bodyAt);
      replies.reply(kind, sentNs[first], numbers[first], line, bytes, bodyAt, 0);
      return true;
    }
    int bodyBytes = Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
    int after = bodyAt + bodyBytes + CRLF.length;
    if (after > in.limit()) {
      makeRoom(after - start);
      return false;
    }
    in.position(after);
    replies.reply(kind, sentNs[first], numbers[first], line, bytes, bodyAt, bodyBytes);
    return true;
  }

  /** The next reply does not fit: the buffer grows to twice what it needs. */
  private void makeRoom(int needed) {
    if (needed > in.capacity()) {
      var grown = Arrays.copyOfRange(in.array(), in.position(), in.position() + 2 * needed);
      int have = in.remaining();
      in = ByteBuffer.wrap(grown);
      in.limit(have);
    }
  }
}
