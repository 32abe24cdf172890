package io.headrace.server;

import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the listeners of a loop have in common: the places there are, what becomes of peers that get
 * none, and what is told of that. Nobody who connects is left waiting for a place: who gets none is
 * told so and closed.
 *
 * <p>Used on the loop's thread, but for its making and {@link #close}.
 */
final class Reception implements AutoCloseable {
  /**
   * Peers that are sent away within {@link #SLICE_MS}; then the others wait until it is over. Some
   * 1,600 a second: they cost under a twentieth of a core, and a full queue of {@link
   * Listener#BACKLOG} is worked off within a second.
   */
  static final int REFUSALS_A_SLICE = 16;

  /** See {@link #REFUSALS_A_SLICE}, in milliseconds. */
  static final long SLICE_MS = 10;

  /**
   * How long a listener is left alone when not even the spare descriptor helps, in milliseconds:
   * the kernel reports it as ready without end, and a loop that asks again at once burns a core.
   */
  static final long BACK_OFF_MS = 50;

  private static final long SLICE_NS = TimeUnit.MILLISECONDS.toNanos(SLICE_MS);
  private static final Logger LOG = LoggerFactory.getLogger(Reception.class);

  /** Room for what Netty writes of an accepted peer's address: a length, and 24 bytes at most. */
  private static final int ADDRESS_BYTES = 26;

  private final NettyLoopThread loop;
  private final Connections connections;
  private final Optional<KeepAlive> keepAlive;
  private final Farewells farewells;
  private final SpareDescriptor spare = new SpareDescriptor();
  private final ListenQueues queues;
  private final long descriptorsMax = DescriptorLimit.read();
  private final byte[] acceptedAddress = new byte[ADDRESS_BYTES];
  private final MinuteLog fullLog = new MinuteLog();
  private final MinuteLog addressLog = new MinuteLog();
  private final MinuteLog listenerLog = new MinuteLog();
  private final MinuteLog failureLog = new MinuteLog();

  private long sliceBeganNs;
  private int sentAway;
  private long refusedFull;
  private long refusedByAddress;
  private long refusedByListener;
  private long refusedWithoutDescriptor;
  private long failures;
  private long aborts;

  /**
   * One that is empty.
   *
   * @param keepAlive what the kernel is told of peers over TCP; without it, that they matter
   */
  Reception(NettyLoopThread loop, ConnectionOptions limits, Optional<KeepAlive> keepAlive) {
    this.loop = loop;
    this.keepAlive = keepAlive;
    connections = new Connections(limits);
    farewells = new Farewells(loop);
    queues = new ListenQueues(loop.nanoTime());
    sliceBeganNs = loop.nanoTime() - SLICE_NS;
  }

  /**
   * Returns these options, with as many connections as leave {@link DescriptorLimit#RESERVE}
   * descriptors. Not there, where the command line asks before the level of the log is chosen.
   */
  static ConnectionOptions fit(ConnectionOptions wanted) {
    int limit = DescriptorLimit.read();
    int most = Math.max(1, limit - DescriptorLimit.RESERVE);
    if (wanted.max() > most) {
      LOG.warn(
          "only {} connections can be open, not {}: this process may have {} descriptors. Raise it"
              + " with 'ulimit -n' or LimitNOFILE=",
          most,
          wanted.max(),
          limit);
    }
    int max = Math.min(wanted.max(), most);
    return new ConnectionOptions(
        max, Math.min(wanted.maxPerAddress(), max), Math.min(wanted.maxPerListener(), max));
  }

  Connections connections() {
    return connections;
  }

  Optional<KeepAlive> keepAlive() {
    return keepAlive;
  }

  Farewells farewells() {
    return farewells;
  }

  long descriptorsMax() {
    return descriptorsMax;
  }

  /** Counts a peer that is sent away, and says so now and then. */
  void refused(Connections.Refused why, SocketAddress remote) {
    sentAway();
    switch (why) {
      case FULL -> {
        refusedFull++;
        tellFull(remote);
      }
      case ADDRESS -> {
        refusedByAddress++;
        tellAddress(remote);
      }
      case LISTENER -> {
        refusedByListener++;
        tellListener(remote);
      }
    }
  }

  private void tellFull(SocketAddress remote) {
    if (fullLog.isDue(loop.nanoTime())) {
      LOG.warn(
          "{}: refused: {} connections are open, as many as may be ({} refused so far). Raise"
              + " 'connections-max' and 'ulimit -n', or find who has so many: 'headrace connection"
              + " list'",
          AddressText.of(remote),
          connections.open(),
          refusedFull);
    }
  }

  private void tellAddress(SocketAddress remote) {
    if (addressLog.isDue(loop.nanoTime())) {
      LOG.warn(
          "{}: refused: its address has {} connections, as many as one may have ({} refused so"
              + " far). Raise 'connections-max-per-address', or find out why it has so many:"
              + " 'headrace connection list'",
          AddressText.of(remote),
          connections.limits().maxPerAddress(),
          refusedByAddress);
    }
  }

  private void tellListener(SocketAddress remote) {
    if (listenerLog.isDue(loop.nanoTime())) {
      LOG.warn(
          "{}: refused: by that address of the server {} connections are open, as many as may be"
              + " ({} refused so far). Raise 'connections-max-per-listener', or find who has so"
              + " many: 'headrace connection list'",
          AddressText.of(remote),
          connections.limits().maxPerListener(),
          refusedByListener);
    }
  }

  /**
   * Counts a connection that could not be accepted, and says so now and then.
   *
   * @param where the listener's address
   * @return what it is
   */
  AcceptFailure failed(Throwable reason, SocketAddress where) {
    AcceptFailure failure = AcceptFailure.of(reason);
    if (failure == AcceptFailure.PEER_GONE) {
      aborts++;
      sentAway();
      return failure;
    }
    failures++;
    if (failureLog.isDue(loop.nanoTime())) {
      LOG.warn(
          "{}: cannot accept connections: {} ({} times so far; {} are open). Peers are closed, or"
              + " wait, until it can. {}",
          AddressText.of(where),
          reason.getMessage(),
          failures,
          connections.open(),
          failure.remedy());
    }
    return failure;
  }

  /**
   * Sends one peer of a listener away by the descriptor that is held back, so that it does not wait
   * for one. Those that linger give theirs back first.
   *
   * @return false when not even that was possible
   */
  boolean relieve(Socket listening, ByteBuffer words) {
    farewells.drop();
    boolean done = spare.giveUp() && sendAwayOne(listening, words);
    spare.takeBack();
    return done;
  }

  private boolean sendAwayOne(Socket listening, ByteBuffer words) {
    try {
      int descriptor = listening.accept(acceptedAddress);
      if (descriptor >= 0) {
        sentAway();
        refusedWithoutDescriptor++;
        farewells.sayAtOnce(new Socket(descriptor), words);
      }
      return true;
    } catch (IOException e) {
      LOG.debug("nor by the spare descriptor: {}", e.getMessage());
      return false;
    }
  }

  private void sentAway() {
    long now = loop.nanoTime();
    if (now - sliceBeganNs >= SLICE_NS) {
      sliceBeganNs = now;
      sentAway = 0;
    }
    sentAway++;
  }

  /** Whether so many were sent away that the others wait until the slice is over. */
  boolean isHasty() {
    return sentAway >= REFUSALS_A_SLICE && loop.nanoTime() - sliceBeganNs < SLICE_NS;
  }

  /** What is told of connections. */
  ConnectionNumbers numbers() {
    ListenQueues.Counts kernel = queues.since(loop.nanoTime());
    return new ConnectionNumbers(
        descriptorsMax,
        connections.limits().max(),
        connections.limits().maxPerAddress(),
        connections.limits().maxPerListener(),
        refusedFull,
        refusedByAddress,
        refusedByListener,
        refusedWithoutDescriptor,
        failures,
        aborts,
        kernel.overflows(),
        kernel.drops());
  }

  /** Gives back what it holds itself. Called when the loop's thread has ended. */
  @Override
  public void close() {
    spare.close();
    queues.close();
  }
}
