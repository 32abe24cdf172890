package io.headrace.trials;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Peers that connect all at once, ask one thing, and stay connected when they are answered. Who is
 * sent away comes again after a while. They act while {@link #run} runs.
 */
final class Herd implements AutoCloseable {

  /** After which time a peer that was sent away comes again. */
  static final Duration AGAIN = Duration.ofSeconds(1);

  /** Who has neither answer nor end for so long hangs. */
  static final Duration HANGS = Duration.ofSeconds(1);

  private static final byte[] QUESTION = "list-tube-used\r\n".getBytes(US_ASCII);
  private static final String ANSWER = "USING default\r\n";
  private static final int SELECT_MS = 5;

  private final Selector selector = Selector.open();
  private final InetSocketAddress server;
  private final List<Peer> peers = new ArrayList<>();
  private final ByteBuffer bytes = ByteBuffer.allocate(256);
  private final List<Wait> longWaits = new ArrayList<>();

  private int served;
  private int sentAway;
  private int toldWhy;
  private long longestNs;
  private long endNs = System.nanoTime();

  Herd(int port, int size) throws IOException {
    server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    long now = System.nanoTime();
    for (int i = 0; i < size; i++) {
      peers.add(new Peer(now));
    }
  }

  /** How long one waited, until when since the epoch. */
  private record Wait(long untilMs, long ns) {
    /** Without what this machine was late meanwhile. */
    private long ns(Lateness lateness) {
      long ms = TimeUnit.NANOSECONDS.toMillis(ns);
      return ns - TimeUnit.MILLISECONDS.toNanos(lateness.msWithin(untilMs - ms, ms));
    }
  }

  private enum State {
    /** Comes when it is time. */
    OUTSIDE,
    /** Has neither an answer nor an end. */
    WAITING,
    SERVED
  }

  private final class Peer {
    private State state = State.OUTSIDE;

    /** When it comes, or came. */
    private long atNs;

    /** Whether it was told anything but the answer since it came. */
    private boolean told;

    private SocketChannel channel = SocketChannel.open();

    private Peer(long atNs) throws IOException {
      this.atNs = atNs;
    }

    private void come(long now) throws IOException {
      channel.close();
      channel = SocketChannel.open();
      channel.configureBlocking(false);
      state = State.WAITING;
      told = false;
      atNs = now;
      boolean done = channel.connect(server);
      var _ = channel.register(selector, SelectionKey.OP_CONNECT, this);
      if (done) {
        ask();
      }
    }

    private void act() throws IOException {
      try {
        if (channel.isConnectionPending()) {
          boolean _ = channel.finishConnect();
          ask();
        } else {
          listen();
        }
      } catch (IOException e) {
        end();
      }
    }

    private void ask() throws IOException {
      var _ = channel.keyFor(selector).interestOps(SelectionKey.OP_READ);
      int _ = channel.write(ByteBuffer.wrap(QUESTION));
    }

    private void listen() throws IOException {
      int got = channel.read(bytes.clear());
      if (got < 0) {
        end();
      } else if (new String(bytes.array(), 0, got, US_ASCII).equals(ANSWER)) {
        decided();
        state = State.SERVED;
        served++;
      } else {
        told = true;
      }
    }

    private void end() throws IOException {
      if (state == State.SERVED) {
        throw new IOException("a peer was served and then closed");
      }
      decided();
      sentAway++;
      toldWhy += told ? 1 : 0;
      channel.close();
      state = State.OUTSIDE;
      atNs = System.nanoTime() + AGAIN.toNanos();
    }

    private void decided() {
      var wait = new Wait(System.currentTimeMillis(), System.nanoTime() - atNs);
      longestNs = Math.max(longestNs, wait.ns);
      if (wait.ns > HANGS.toNanos()) {
        longWaits.add(wait);
      }
    }
  }

  /** Lets them act for a while. */
  void run(Duration time) throws IOException {
    long deadline = System.nanoTime() + time.toNanos();
    for (long now = System.nanoTime(); now < deadline; now = System.nanoTime()) {
      for (var peer : peers) {
        if (peer.state == State.OUTSIDE && peer.atNs <= now) {
          peer.come(now);
        }
      }
      int _ = act();
    }
    endNs = System.nanoTime();
    // What has come by now is seen, however late this thread is; nobody comes anew.
    int acted = act();
    while (acted > 0) {
      acted = act();
    }
  }

  /** Has each act that can, or waits a moment for one; returns how many did. */
  private int act() throws IOException {
    return selector.select(
        key -> {
          try {
            ((Peer) key.attachment()).act();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        },
        SELECT_MS);
  }

  /** How many have been answered and stay. */
  int served() {
    return served;
  }

  /** How often one was sent away. */
  int sentAway() {
    return sentAway;
  }

  /** How often one of those was told anything before. */
  int toldWhy() {
    return toldWhy;
  }

  /** How many waited at the end of the run, and had for a long time, for an answer or an end. */
  long hanging() {
    return peers.stream()
        .filter(peer -> peer.state == State.WAITING && endNs - peer.atNs > HANGS.toNanos())
        .count();
  }

  /** The longest that one waited for its answer or end, of those that got one. */
  Duration longest() {
    return Duration.ofNanos(longestNs);
  }

  /** Likewise, without what this machine was late meanwhile; zero when nobody waited for long. */
  Duration longest(Lateness lateness) {
    long ns = longWaits.stream().mapToLong(wait -> wait.ns(lateness)).max().orElse(0);
    return Duration.ofNanos(ns);
  }

  /** All of them leave. */
  @Override
  public void close() throws IOException {
    for (var peer : peers) {
      peer.channel.close();
    }
    selector.close();
  }
}
