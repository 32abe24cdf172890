package io.headrace.trials;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Connections that do a server no good, on one thread. Who is closed comes again.
 *
 * <p>They begin commands and do not end them, send a byte a second, announce bodies and send none,
 * ask a million questions at once, and ask without ever reading an answer.
 */
final class HostileCrowd implements AutoCloseable {
  private enum Kind {
    HALF("put 0 0 60"),
    TRICKLE(""),
    GIANT("put 0 0 60 65535\r\n"),
    ASKS("stats\r\n".repeat(8_192)),
    DEAF("stats\r\n".repeat(8_192));

    // Bytes, though an array can be changed: they are sent again and again.
    @SuppressWarnings("ImmutableEnumChecker")
    private final byte[] bytes;

    Kind(String text) {
      bytes = text.getBytes(US_ASCII);
    }
  }

  private static final long TICK_MS = 1_000;

  /** A refused or closed connection comes again with the next tick, so many of them at most. */
  private static final int COME_AGAIN_MAX = 500;

  private static final int QUESTIONS_BYTES_MAX = 7_000_000;

  private final InetSocketAddress server;
  private final int size;
  private final Selector selector;
  private final ByteBuffer sink = ByteBuffer.allocateDirect(1 << 18);
  private final AtomicInteger open = new AtomicInteger();
  private final Thread thread;
  private volatile boolean over;

  /** One of them. */
  private static final class Member {
    final Kind kind;
    long sent;

    Member(Kind kind) {
      this.kind = kind;
    }
  }

  private HostileCrowd(int port, int size) throws IOException {
    server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.size = size;
    selector = Selector.open();
    thread = Thread.ofPlatform().name("hostile-crowd").start(this::run);
  }

  /** Starts {@code size} of them, of each kind as many. */
  static HostileCrowd at(int port, int size) throws IOException {
    return new HostileCrowd(port, size);
  }

  /** How many are connected now. */
  int open() {
    return open.get();
  }

  /**
   * Gives the crowd what is left of the processors: in earnest it has machines of its own, and what
   * it takes here of the server's and of honest clients would be counted as the server's fault.
   */
  private static void standBack() throws IOException {
    String thread = Path.of("/proc/thread-self").toRealPath().getFileName().toString();
    var renice = new ProcessBuilder("renice", "-n", "19", "-p", thread).start();
    try {
      if (renice.waitFor() != 0) {
        throw new IOException("renice ended with " + renice.exitValue());
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("Interrupted while a crowd stands back", e);
    }
  }

  private void run() {
    try {
      standBack();
      long tickNs = TimeUnit.MILLISECONDS.toNanos(TICK_MS);
      long next = System.nanoTime();
      while (!over) {
        long now = System.nanoTime();
        if (now - next >= 0) {
          next = now + tickNs;
          tick();
        }
        selector.select(10);
        for (var key : selector.selectedKeys()) {
          serve(key);
        }
        selector.selectedKeys().clear();
      }
      for (var key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fills the ranks, and has each that trickles send its byte. */
  private void tick() throws IOException {
    var members = new EnumMap<Kind, Integer>(Kind.class);
    for (var key : selector.keys()) {
      if (key.isValid() && key.attachment() instanceof Member member) {
        members.merge(member.kind, 1, Integer::sum);
        if (member.kind == Kind.TRICKLE) {
          trickle(key);
        }
      }
    }
    int come = 0;
    int present = 0;
    for (var kind : Kind.values()) {
      int have = members.getOrDefault(kind, 0);
      for (; have < size / Kind.values().length && come < COME_AGAIN_MAX; have++) {
        enter(kind);
        come++;
      }
      present += have;
    }
    open.set(present);
  }

  private void enter(Kind kind) throws IOException {
    var channel = SocketChannel.open(server);
    channel.configureBlocking(false);
    boolean writes = kind.bytes.length > 0;
    boolean reads = kind != Kind.DEAF;
    int interest = (writes ? SelectionKey.OP_WRITE : 0) | (reads ? SelectionKey.OP_READ : 0);
    channel.register(selector, interest, new Member(kind));
  }

  private static void trickle(SelectionKey key) {
    if (key.channel() instanceof SocketChannel channel) {
      try {
        int _ = channel.write(ByteBuffer.wrap(new byte[] {'x'}));
      } catch (IOException e) {
        drop(key);
      }
    }
  }

  private void serve(SelectionKey key) {
    try {
      if (key.isValid() && key.isReadable() && key.channel() instanceof SocketChannel channel) {
        sink.clear();
        if (channel.read(sink) < 0) {
          drop(key);
          return;
        }
      }
      if (key.isValid() && key.isWritable()) {
        send(key);
      }
    } catch (IOException e) {
      drop(key);
    }
  }

  private static void send(SelectionKey key) throws IOException {
    if (key.attachment() instanceof Member member
        && key.channel() instanceof SocketChannel channel) {
      int at = (int) (member.sent % member.kind.bytes.length);
      member.sent +=
          channel.write(ByteBuffer.wrap(member.kind.bytes, at, member.kind.bytes.length - at));
      boolean asks = member.kind == Kind.ASKS || member.kind == Kind.DEAF;
      if (member.sent >= (asks ? QUESTIONS_BYTES_MAX : member.kind.bytes.length)) {
        key.interestOpsAnd(~SelectionKey.OP_WRITE);
      }
    }
  }

  private static void drop(SelectionKey key) {
    key.cancel();
    try {
      key.channel().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    over = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException("Interrupted while clients end", e);
    }
  }
}
