package io.headrace.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * A server that says the same to every so many line ends, and makes no garbage of its own: what a
 * bench beside it counts is the client's.
 */
final class AnsweringServer implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final ServerSocketChannel listener;
  private final byte[] answer;
  private final int lineEnds;

  /**
   * @param answer with its CRLF
   * @param lineEnds of one request
   */
  AnsweringServer(String answer, int lineEnds) {
    this.answer = answer.getBytes(US_ASCII);
    this.lineEnds = lineEnds;
    try {
      listener = ServerSocketChannel.open();
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofPlatform().daemon().start(this::accept);
  }

  ServerAddress address() {
    return new ServerAddress.Tcp("127.0.0.1", listener.socket().getLocalPort());
  }

  private void accept() {
    try {
      while (true) {
        var channel = listener.accept();
        Thread.ofPlatform().daemon().start(() -> converse(channel));
      }
    } catch (IOException e) {
      // Closed: that is its end.
      return;
    }
  }

  private void converse(SocketChannel channel) {
    var in = ByteBuffer.allocateDirect(BUFFER_BYTES);
    var out = ByteBuffer.allocateDirect(BUFFER_BYTES);
    try (channel) {
      // What a connection begins with is a line each.
      greet(channel, in, "OK 14\r\n---\n- put-key\n\r\n");
      greet(channel, in, "USING bench\r\n");
      int ends = 0;
      while (channel.read(in.clear()) >= 0) {
        in.flip();
        while (in.hasRemaining()) {
          ends += in.get() == '\n' ? 1 : 0;
          if (ends == lineEnds) {
            ends = 0;
            if (out.remaining() < answer.length) {
              send(channel, out);
            }
            out.put(answer);
          }
        }
        send(channel, out);
      }
    } catch (IOException e) {
      // The client has gone.
      return;
    }
  }

  private static void greet(SocketChannel channel, ByteBuffer in, String answer)
      throws IOException {
    in.clear();
    do {
      if (channel.read(in) < 0) {
        throw new IOException("the client has gone");
      }
    } while (in.get(in.position() - 1) != '\n');
    channel.write(ByteBuffer.wrap(answer.getBytes(US_ASCII)));
  }

  private static void send(SocketChannel channel, ByteBuffer out) throws IOException {
    out.flip();
    while (out.hasRemaining()) {
      channel.write(out);
    }
    out.clear();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
