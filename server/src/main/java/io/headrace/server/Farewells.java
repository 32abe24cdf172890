package io.headrace.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NotYetConnectedException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends peers away in words: what is said, then the end of it, then the close. Were a socket closed
 * with bytes in it that nobody has read, the kernel would reset the connection, and some peers
 * would lose the words. So what comes meanwhile is read and forgotten, for a moment and of few at a
 * time.
 *
 * <p>Used on the loop's thread.
 */
final class Farewells implements NettyLoopThread.Open {
  /** Sockets that are kept open for what their peers still send; the oldest makes room. */
  static final int LINGERING_MAX = 16;

  /** How long one is kept open, in milliseconds. */
  static final long LINGER_MS = 100;

  /** Reads of {@link SharedReadBuffer#BYTES} before a close; who sends more is reset. */
  private static final int LAST_READS_MAX = 2;

  private static final long LINGER_NS = TimeUnit.MILLISECONDS.toNanos(LINGER_MS);
  private static final Logger LOG = LoggerFactory.getLogger(Farewells.class);

  /** A socket whose peer was told, and when it is closed. */
  private record Leaving(Socket socket, long closeAtNs) {}

  private final NettyLoopThread loop;
  private final ArrayDeque<Leaving> leaving = new ArrayDeque<>(LINGERING_MAX);
  private final Runnable sweep = this::sweep;
  private boolean sweeping;

  Farewells(NettyLoopThread loop) {
    this.loop = loop;
  }

  /**
   * Says something to a peer that was accepted just now, and sees to it that the socket is closed.
   *
   * @param words a direct buffer, from its beginning to its limit
   */
  void say(Socket socket, ByteBuffer words) {
    if (!told(socket, words)) {
      close(socket);
      return;
    }
    if (leaving.size() == LINGERING_MAX) {
      closeOldest();
    }
    leaving.add(new Leaving(socket, loop.nanoTime() + LINGER_NS));
    loop.opened(this);
    arm();
  }

  /** Likewise, without keeping the descriptor for a moment longer. */
  void sayAtOnce(Socket socket, ByteBuffer words) {
    boolean _ = told(socket, words);
    close(socket);
  }

  /** A new connection's buffer takes a word; whatever it does not take is lost. */
  private static boolean told(Socket socket, ByteBuffer words) {
    try {
      if (words.limit() > 0) {
        int _ = socket.send(words, 0, words.limit());
      }
      socket.shutdown(/* read= */ false, /* write= */ true);
      return true;
    } catch (IOException | NotYetConnectedException e) {
      LOG.debug("a peer that is sent away is gone already: {}", e.getMessage());
      return false;
    }
  }

  private void arm() {
    if (!sweeping) {
      sweeping = true;
      loop.executeAfter(LINGER_MS, sweep);
    }
  }

  private void sweep() {
    sweeping = false;
    long now = loop.nanoTime();
    while (!leaving.isEmpty() && leaving.element().closeAtNs() - now <= 0) {
      closeOldest();
    }
    if (!leaving.isEmpty()) {
      arm();
    }
  }

  private void closeOldest() {
    close(leaving.remove().socket());
  }

  private void close(Socket socket) {
    try {
      forgetInput(socket);
    } catch (IOException e) {
      LOG.debug("a peer that was sent away broke off: {}", e.getMessage());
    }
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("the socket of a peer that was sent away did not close well: {}", e.getMessage());
    }
  }

  private void forgetInput(Socket socket) throws IOException {
    ByteBuf bytes = loop.readBuffer().cleared();
    ByteBuffer view = bytes.internalNioBuffer(0, bytes.capacity());
    int got = 1;
    for (int reads = 0; reads < LAST_READS_MAX && got > 0; reads++) {
      got = socket.recv(view, view.position(), view.limit());
    }
  }

  /** How many sockets are still open. */
  int lingering() {
    return leaving.size();
  }

  /** Closes all of them now. */
  @Override
  public void drop() {
    while (!leaving.isEmpty()) {
      closeOldest();
    }
    loop.closed(this);
  }

  @Override
  public String peer() {
    return "peers that were sent away";
  }
}
