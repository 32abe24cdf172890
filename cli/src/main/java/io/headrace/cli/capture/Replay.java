package io.headrace.cli.capture;

import io.headrace.client.ServerAddress;
import io.headrace.server.captures.Capture;
import io.headrace.server.captures.Chunk;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * Says to a server what a capture has received, and passes on what it answers. It says it as fast
 * as the server takes it: how the bytes were split, and when they came, makes no difference.
 */
public final class Replay {
  /** The most that is passed on, in bytes; then the replay ends. */
  static final long REPLY_BYTES_MAX = 64L << 20;

  private static final int BUFFER_BYTES = 64 * 1024;

  /**
   * How it went.
   *
   * @param sentBytes how much the server took
   * @param repliedBytes how much it answered
   * @param closed whether it closed the connection
   */
  public record Outcome(long sentBytes, long repliedBytes, boolean closed) {}

  private final ByteBuffer requests;
  private final ByteBuffer replies = ByteBuffer.allocate(BUFFER_BYTES);
  private long replied;

  private Replay(Capture capture) {
    int length = Math.toIntExact(capture.bytesKept(/* received= */ true));
    requests = ByteBuffer.allocate(length);
    for (Chunk chunk : capture.chunks()) {
      if (chunk.received()) {
        requests.put(chunk.bytes());
      }
    }
    requests.flip();
  }

  /**
   * Replays it.
   *
   * @param patience how long to wait for the connection
   * @param quiet ends when all is sent and nothing has come for so long
   * @throws IOException when there is no connection
   * @throws IllegalArgumentException when the address is one of TLS
   */
  public static Outcome run(
      Capture capture, ServerAddress to, OutputStream out, Duration patience, Duration quiet)
      throws IOException {
    try (var channel = open(to, patience);
        var selector = Selector.open()) {
      channel.configureBlocking(false);
      return new Replay(capture)
          .talk(channel, channel.register(selector, SelectionKey.OP_READ), out, quiet);
    }
  }

  private static SocketChannel open(ServerAddress to, Duration patience) throws IOException {
    return switch (to) {
      case ServerAddress.Tcp(var host, var port) -> {
        var channel = SocketChannel.open();
        channel
            .socket()
            .connect(new InetSocketAddress(host, port), Math.toIntExact(patience.toMillis()));
        yield channel;
      }
      case ServerAddress.Tls tls ->
          throw new IllegalArgumentException(
              tls + ": a replay is said plainly, without TLS; write host:port or unix:/path");
      case ServerAddress.Unix(var path) -> {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        boolean _ = channel.connect(UnixDomainSocketAddress.of(path));
        yield channel;
      }
    };
  }

  private Outcome talk(SocketChannel channel, SelectionKey key, OutputStream out, Duration quiet)
      throws IOException {
    boolean closed = false;
    while (!closed && replied < REPLY_BYTES_MAX) {
      key.interestOps(
          requests.hasRemaining()
              ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
              : SelectionKey.OP_READ);
      if (key.selector().select(quiet.toMillis()) == 0) {
        break;
      }
      key.selector().selectedKeys().clear();
      closed = step(channel, key, out);
    }
    return new Outcome(requests.position(), replied, closed);
  }

  /** Reads and writes what can be; true when the server has closed. */
  private boolean step(SocketChannel channel, SelectionKey key, OutputStream out)
      throws IOException {
    try {
      if (key.isWritable()) {
        int _ = channel.write(requests);
      }
      if (key.isReadable()) {
        int bytes = channel.read(replies.clear());
        if (bytes < 0) {
          return true;
        }
        out.write(replies.array(), 0, bytes);
        replied += bytes;
      }
      return false;
    } catch (IOException e) {
      // Reset: the server has closed with bytes unread.
      return true;
    }
  }
}
