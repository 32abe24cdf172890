package io.headrace.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes connections from one listening socket while there is room, and sets them up. */
final class Acceptor extends ChannelInboundHandlerAdapter {
  /**
   * How long a socket that cannot accept is left alone: at the limit of descriptors the kernel
   * reports it as ready without end, and a loop that asks again at once burns a core.
   */
  static final long FAILURE_PAUSE_MS = 100;

  /** The least time between two lines about it. */
  static final long FAILURE_LOG_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

  /** Silence of a peer after which the kernel asks whether it is there, in seconds. */
  static final int KEEPALIVE_IDLE_S = 60;

  /** Time between two such questions, in seconds. */
  static final int KEEPALIVE_INTERVAL_S = 10;

  /** Unanswered questions after which the peer is given up. */
  static final int KEEPALIVE_PROBES = 3;

  /** Time that sent bytes may stay unacknowledged before the peer is given up. */
  static final int SEND_TIMEOUT_MS = 60_000;

  private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
  private static final WriteBufferWaterMark OUT_MARKS =
      new WriteBufferWaterMark(OutLimits.LOW_BYTES, OutLimits.HIGH_BYTES);

  private final Channel listening;
  private final NettyLoopThread loop;
  private final Protocol protocol;
  private final Connections connections;
  private final Runnable resume = this::resume;

  private boolean started;
  private boolean pausing;
  private long failures;
  private long loggedAtNs;

  Acceptor(Channel listening, NettyLoopThread loop, Protocol protocol, Connections connections) {
    this.listening = listening;
    this.loop = loop;
    this.protocol = protocol;
    this.connections = connections;
    this.loggedAtNs = loop.nanoTime() - FAILURE_LOG_INTERVAL_NS;
  }

  /** Begins to accept. Called on the loop's thread. */
  void start() {
    if (!started) {
      started = true;
      connections.whenThereIsRoom(resume);
    }
    resume();
  }

  private void resume() {
    boolean accepting = started && !pausing && !connections.isFull() && listening.isOpen();
    listening.config().setAutoRead(accepting);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Channel child = (Channel) message;
    connections.opened();
    if (connections.isFull()) {
      resume();
    }
    try {
      setUp(child);
    } catch (ChannelException e) {
      // The peer is gone already: the kernel refuses options of a dead connection.
      LOG.debug("a connection ended while it was accepted", e);
      child.unsafe().closeForcibly();
      connections.closed();
      return;
    }
    if (child instanceof UnixChannel epoll && epoll.fd() instanceof Socket socket) {
      // Netty's channel is only the way to the socket: it is never registered, and forgotten here.
      SocketAddress remote = remote(child, socket);
      SocketAddress local = child instanceof SocketChannel ? listening.localAddress() : remote;
      EpollWire.open(socket, remote, local, loop, connections, protocol);
    } else {
      openChannel(child);
    }
  }

  /** A peer on a Unix socket has no address of its own: it is called by that of the socket. */
  private static SocketAddress remote(Channel child, Socket socket) {
    return child instanceof SocketChannel ? child.remoteAddress() : AddressText.unix(socket);
  }

  private void openChannel(Channel child) {
    child
        .pipeline()
        .addLast(new NioWire(child, listening.localAddress(), loop, protocol, connections));
    var _ =
        loop.eventLoop()
            .register(child)
            .addListener(registered -> {
              if (!registered.isSuccess()) {
                child.unsafe().closeForcibly();
                connections.closed();
                failed(registered.cause());
              }
            });
  }

  private void setUp(Channel child) {
    ChannelConfig config = child.config();
    config.setOption(ChannelOption.ALLOCATOR, loop.buffers());
    config.setOption(ChannelOption.RECVBUF_ALLOCATOR, loop.readBuffer());
    config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    config.setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, OUT_MARKS);
    if (child instanceof SocketChannel) {
      config.setOption(ChannelOption.TCP_NODELAY, true);
      config.setOption(ChannelOption.SO_KEEPALIVE, true);
    }
    if (child instanceof EpollSocketChannel) {
      config.setOption(EpollChannelOption.TCP_KEEPIDLE, KEEPALIVE_IDLE_S);
      config.setOption(EpollChannelOption.TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S);
      config.setOption(EpollChannelOption.TCP_KEEPCNT, KEEPALIVE_PROBES);
      config.setOption(EpollChannelOption.TCP_USER_TIMEOUT, SEND_TIMEOUT_MS);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable reason) {
    if (reason instanceof Error) {
      loop.fail(reason);
    } else {
      failed(reason);
    }
  }

  private void failed(Throwable reason) {
    failures++;
    long now = loop.nanoTime();
    if (now - loggedAtNs >= FAILURE_LOG_INTERVAL_NS) {
      loggedAtNs = now;
      LOG.warn(
          "cannot accept a connection ({} times so far): {}. {} of {} connections are open; trying"
              + " again every {} ms",
          failures,
          reason.getMessage(),
          connections.open(),
          connections.max(),
          FAILURE_PAUSE_MS);
    }
    if (!pausing) {
      pausing = true;
      listening.config().setAutoRead(false);
      loop.executeAfter(
          FAILURE_PAUSE_MS,
          () -> {
            pausing = false;
            resume();
          });
    }
  }
}
