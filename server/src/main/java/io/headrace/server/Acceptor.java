package io.headrace.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes connections from one listening socket, sets them up, and sends those away for which there
 * is no place.
 */
final class Acceptor extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
  private static final WriteBufferWaterMark OUT_MARKS =
      new WriteBufferWaterMark(OutLimits.LOW_BYTES, OutLimits.HIGH_BYTES);

  private final Channel listening;
  private final NettyLoopThread loop;
  private final Protocol protocol;
  private final Reception reception;
  private final Connections.Entrance entrance;
  private final Runnable goOn = this::goOn;

  /** What is said to peers for whom there is no place; direct, from its beginning to its limit. */
  private final ByteBuffer noPlace;

  /** Counts the connections that were set up. */
  private long keptAlive;

  private boolean started;
  private boolean pausing;

  Acceptor(
      Channel listening,
      NettyLoopThread loop,
      Protocol protocol,
      Reception reception,
      Connections.Entrance entrance) {
    this.listening = listening;
    this.loop = loop;
    this.protocol = protocol;
    this.reception = reception;
    this.entrance = entrance;
    byte[] words = protocol.noPlace();
    this.noPlace = ByteBuffer.allocateDirect(words.length).put(words).flip();
  }

  /** Begins to accept. Called on the loop's thread. */
  void start() {
    started = true;
    resume();
  }

  private void resume() {
    listening.config().setAutoRead(started && !pausing && listening.isOpen());
  }

  private void pause(long forMs) {
    if (!pausing) {
      pausing = true;
      resume();
      loop.executeAfter(forMs, goOn);
    }
  }

  private void goOn() {
    pausing = false;
    resume();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Channel child = (Channel) message;
    SocketAddress remote = remote(child);
    switch (reception.connections().admit(remote, entrance)) {
      case Connections.Place place -> serve(child, remote, place);
      case Connections.Refused why -> {
        reception.refused(why, remote);
        sendAway(child);
        pauseIfHasty();
      }
    }
  }

  private void serve(Channel child, SocketAddress remote, Connections.Place place) {
    try {
      setUp(child);
      if (child instanceof UnixChannel epoll && epoll.fd() instanceof Socket socket) {
        // Netty's channel is only the way to the socket: it is never registered, and forgotten
        // here.
        SocketAddress local = child instanceof SocketChannel ? listening.localAddress() : remote;
        EpollWire.open(socket, remote, local, loop, place, protocol);
      } else {
        openChannel(child, place);
      }
    } catch (ChannelException e) {
      // The peer is gone already: the kernel refuses options of a dead connection. Or it has no
      // memory to watch one more.
      LOG.debug("a connection ended while it was accepted", e);
      child.unsafe().closeForcibly();
      place.leave();
    }
  }

  /** A peer on a Unix socket has no address of its own: it is called by that of the socket. */
  private static SocketAddress remote(Channel child) {
    return child instanceof SocketChannel ? child.remoteAddress() : unix(child);
  }

  private SocketAddress where() {
    return listening instanceof ServerSocketChannel ? listening.localAddress() : unix(listening);
  }

  private static SocketAddress unix(Channel channel) {
    return AddressText.unix((Socket) ((UnixChannel) channel).fd());
  }

  private void openChannel(Channel child, Connections.Place place) {
    child.pipeline().addLast(new NioWire(child, listening.localAddress(), loop, protocol, place));
    register(child, place::leave);
  }

  private void register(Channel child, Runnable otherwise) {
    var _ =
        loop.eventLoop()
            .register(child)
            .addListener(registered -> {
              if (!registered.isSuccess()) {
                child.unsafe().closeForcibly();
                otherwise.run();
                failed(registered.cause());
              }
            });
  }

  private void sendAway(Channel child) {
    if (child instanceof UnixChannel epoll && epoll.fd() instanceof Socket socket) {
      reception.farewells().say(socket, noPlace);
    } else {
      register(child, () -> {});
      var _ =
          child
              .writeAndFlush(Unpooled.wrappedBuffer(protocol.noPlace()))
              .addListener(ChannelFutureListener.CLOSE);
    }
  }

  private void pauseIfHasty() {
    if (reception.isHasty()) {
      pause(Reception.SLICE_MS);
    }
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
      reception.keepAlive().ifPresent(keepAlive -> apply(keepAlive, config));
    }
  }

  private void apply(KeepAlive keepAlive, ChannelConfig config) {
    config.setOption(EpollChannelOption.TCP_KEEPIDLE, keepAlive.idleS(keptAlive++));
    config.setOption(EpollChannelOption.TCP_KEEPINTVL, keepAlive.intervalS());
    config.setOption(EpollChannelOption.TCP_USER_TIMEOUT, keepAlive.sentMs());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable reason) {
    if (reason instanceof Error) {
      loop.fail(reason);
    } else {
      failed(reason);
    }
  }

  /** Netty goes on by itself: the kernel tells again of peers that wait. */
  private void failed(Throwable reason) {
    AcceptFailure failure = reception.failed(reason, where());
    boolean goesOn =
        failure == AcceptFailure.PEER_GONE
            || (failure.isShortage()
                && listening instanceof UnixChannel epoll
                && epoll.fd() instanceof Socket socket
                && reception.relieve(socket, noPlace));
    if (goesOn) {
      pauseIfHasty();
    } else {
      pause(Reception.BACK_OFF_MS);
    }
  }
}
