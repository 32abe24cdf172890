package io.headrace.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A TCP connection, and the waiting for it, which is never longer than it is told to be. */
final class Wire implements Pipe, AutoCloseable {
  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private long movedNs = System.nanoTime();
  private boolean ended;

  private Wire() throws IOException {
    channel = SocketChannel.open();
    channel.configureBlocking(false);
    selector = Selector.open();
    key = channel.register(selector, 0);
  }

  /** Connects to a peer; empty when there is no connection by then. */
  static Optional<Wire> open(InetSocketAddress peer, long untilNs)
      throws IOException, InterruptedException {
    var wire = new Wire();
    boolean connected = false;
    try {
      connected = wire.connect(peer, untilNs);
      return connected ? Optional.of(wire) : Optional.empty();
    } finally {
      if (!connected) {
        wire.close();
      }
    }
  }

  private boolean connect(InetSocketAddress peer, long untilNs)
      throws IOException, InterruptedException {
    boolean connected = channel.connect(peer);
    while (!connected) {
      if (!await(SelectionKey.OP_CONNECT, untilNs)) {
        return false;
      }
      connected = channel.finishConnect();
    }
    movedNs = System.nanoTime();
    return true;
  }

  /**
   * Waits until one of {@link SelectionKey}'s operations is possible.
   *
   * @return false when that time has come first
   */
  boolean await(int operations, long untilNs) throws IOException, InterruptedException {
    key.interestOps(operations);
    while (true) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      long leftNs = untilNs - System.nanoTime();
      if (leftNs <= 0) {
        return false;
      }
      // Rounded up, or it would spin through the last millisecond.
      long leftMs = TimeUnit.NANOSECONDS.toMillis(leftNs) + 1;
      if (selector.select(_ -> {}, leftMs) > 0) {
        return true;
      }
    }
  }

  /** When bytes moved last, either way. */
  long movedNs() {
    return movedNs;
  }

  @Override
  public void write(ByteBuffer from) throws IOException {
    if (channel.write(from) > 0) {
      movedNs = System.nanoTime();
    }
  }

  @Override
  public boolean isFlushed() {
    return true;
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    int got = channel.read(to);
    if (got > 0) {
      movedNs = System.nanoTime();
    }
    ended |= got < 0;
    return got;
  }

  @Override
  public boolean isEndedProperly() {
    return ended;
  }

  @Override
  public void end() {}

  @Override
  public void close() {
    try (selector) {
      channel.close();
    } catch (IOException _) {
      // Nothing more is to be had of it: what came of it is known already.
    }
  }
}
