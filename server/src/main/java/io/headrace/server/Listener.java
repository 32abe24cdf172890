package io.headrace.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * The sockets of one listen address: a name may stand for several. Bound when it is made; accepts
 * from {@link #accept} on, until when peers wait in the kernel's queue.
 */
final class Listener implements AutoCloseable {
  /** Connections that the kernel keeps until we accept them; it has a limit of its own. */
  static final int BACKLOG = 1_024;

  /** Connections that are accepted from one socket before others get their turn. */
  static final int ACCEPTS_A_TURN = 2;

  // From errno.h of Linux, negative as Netty has them; it has no names for these.
  private static final int PERMISSION_DENIED = -13;
  private static final int NO_SUCH_ADDRESS_FAMILY = -97;
  private static final int ADDRESS_IN_USE = -98;
  private static final int NO_SUCH_ADDRESS = -99;

  private final NettyLoopThread loop;
  private final Protocol protocol;
  private final Reception reception;
  private final Connections.Entrance entrance = new Connections.Entrance();
  private final List<Channel> channels = new ArrayList<>();
  private final List<String> names = new ArrayList<>();

  private Listener(NettyLoopThread loop, Protocol protocol, Reception reception) {
    this.loop = loop;
    this.protocol = protocol;
    this.reception = reception;
  }

  /**
   * Binds an address.
   *
   * @throws ListenException when it is taken, not ours, or not known
   */
  static Listener bind(
      ListenAddress address, NettyLoopThread loop, Protocol protocol, Reception reception) {
    var listener = new Listener(loop, protocol, reception);
    try {
      switch (address) {
        case ListenAddress.Tcp tcp -> listener.bindTcp(tcp);
        case ListenAddress.Tls tls -> listener.bindTls(tls);
        case ListenAddress.Unix unix -> listener.bindUnix(unix);
        case ListenAddress.Inherited inherited -> listener.take(inherited);
      }
      return listener;
    } catch (ListenException e) {
      listener.close();
      throw e;
    }
  }

  private void bindTls(ListenAddress.Tls tls) {
    bindTcp(tls.tcp());
    names.replaceAll(name -> ListenAddress.TLS_PREFIX + name);
  }

  private void bindTcp(ListenAddress.Tcp tcp) {
    if (tcp.host().isEmpty()) {
      bindEverywhere(tcp);
      return;
    }
    int port = tcp.port();
    Failure skipped = new Failure.None();
    for (InetAddress host : resolve(tcp)) {
      var result = bindOne(new InetSocketAddress(host, port), familyOf(host));
      if (result instanceof Failure.ByErrno(int errno, _) && errno == NO_SUCH_ADDRESS) {
        // A name often stands for an IPv6 address too, on machines that have none.
        skipped = result;
      } else if (!(result instanceof Failure.None)) {
        throw refused(tcp, result);
      } else if (port == 0) {
        port = boundPort();
      }
    }
    if (channels.isEmpty()) {
      throw refused(tcp, skipped);
    }
  }

  /** On Linux one IPv6 socket takes IPv4 too, unless the system was told otherwise. */
  private void bindEverywhere(ListenAddress.Tcp tcp) {
    var both = bindOne(new InetSocketAddress("::", tcp.port()), SocketProtocolFamily.INET6);
    if (both instanceof Failure.ByErrno(int errno, _)
        && (errno == NO_SUCH_ADDRESS_FAMILY || errno == NO_SUCH_ADDRESS)) {
      both = bindOne(new InetSocketAddress("0.0.0.0", tcp.port()), SocketProtocolFamily.INET);
    }
    if (!(both instanceof Failure.None)) {
      throw refused(tcp, both);
    }
  }

  private static InetAddress[] resolve(ListenAddress.Tcp tcp) {
    try {
      return InetAddress.getAllByName(tcp.host());
    } catch (UnknownHostException e) {
      throw new ListenException(
          "cannot listen on "
              + tcp
              + ": the host name does not resolve. Write an address of this machine, or a name"
              + " that it knows",
          e);
    }
  }

  private static SocketProtocolFamily familyOf(InetAddress host) {
    return host instanceof Inet6Address ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
  }

  private Failure bindOne(InetSocketAddress address, SocketProtocolFamily family) {
    ServerSocketChannel channel;
    try {
      channel =
          loop.isEpoll() ? new EpollServerSocketChannel(family) : new NioServerSocketChannel();
    } catch (RuntimeException e) {
      return failure(e);
    }
    channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
    Failure result = open(channel, address);
    if (result instanceof Failure.None) {
      names.add(AddressText.of(channel.localAddress()));
    }
    return result;
  }

  private int boundPort() {
    return ((InetSocketAddress) channels.getLast().localAddress()).getPort();
  }

  private void bindUnix(ListenAddress.Unix unix) {
    requireEpoll(unix);
    UnixSocketFile.makeWay(unix.path());
    Failure result =
        open(new EpollServerDomainSocketChannel(), new DomainSocketAddress(unix.path().toFile()));
    if (!(result instanceof Failure.None)) {
      throw refused(unix, result);
    }
    names.add(unix.toString());
  }

  private void take(ListenAddress.Inherited inherited) {
    requireEpoll(inherited);
    int descriptor = inherited.descriptor();
    switch (InheritedSockets.take(descriptor)) {
      case TCP -> {
        var channel = new EpollServerSocketChannel(descriptor);
        register(channel);
        names.add(AddressText.of(channel.localAddress()));
      }
      case UNIX -> {
        var channel = new EpollServerDomainSocketChannel(descriptor);
        register(channel);
        names.add(AddressText.of(AddressText.unix(new Socket(descriptor))));
      }
    }
  }

  private void requireEpoll(ListenAddress address) {
    if (!loop.isEpoll()) {
      throw new ListenException(
          "cannot listen on "
              + address
              + ": Netty's native epoll library, which this needs, does not load here. Listen on a"
              + " TCP address");
    }
  }

  private Failure open(Channel channel, SocketAddress address) {
    channel.config().setOption(ChannelOption.SO_BACKLOG, BACKLOG);
    register(channel);
    ChannelFuture bound = channel.bind(address).awaitUninterruptibly();
    if (bound.isSuccess()) {
      return new Failure.None();
    }
    channels.remove(channel);
    channel.close().awaitUninterruptibly();
    return failure(bound.cause());
  }

  private void register(Channel channel) {
    channel.config().setAutoRead(false);
    var turn = new ServerChannelRecvByteBufAllocator().maxMessagesPerRead(ACCEPTS_A_TURN);
    channel.config().setRecvByteBufAllocator(turn);
    channel.pipeline().addLast(new Acceptor(channel, loop, protocol, reception, entrance));
    loop.eventLoop().register(channel).syncUninterruptibly();
    channels.add(channel);
  }

  /** Why a socket could not be bound. */
  private sealed interface Failure {
    record None() implements Failure {}

    record ByErrno(int errno, Throwable cause) implements Failure {}

    record Other(Throwable cause) implements Failure {}
  }

  private static Failure failure(Throwable cause) {
    Throwable inner = cause.getCause() instanceof IOException io ? io : cause;
    return switch (inner) {
      case Errors.NativeIoException e -> new Failure.ByErrno(e.expectedErr(), cause);
      // The JDK does not tell the number; nearly always it is this one.
      case java.net.BindException _ -> new Failure.ByErrno(ADDRESS_IN_USE, cause);
      default -> new Failure.Other(cause);
    };
  }

  private static ListenException refused(ListenAddress address, Failure failure) {
    String start = "cannot listen on " + address + ": ";
    return switch (failure) {
      case Failure.None() -> new ListenException(start + "the name stands for no address");
      case Failure.ByErrno(int errno, Throwable cause) ->
          new ListenException(start + explain(errno, cause), cause);
      case Failure.Other(Throwable cause) -> new ListenException(start + cause, cause);
    };
  }

  private static String explain(int errno, Throwable cause) {
    if (errno == ADDRESS_IN_USE) {
      return "another process listens there. Stop it, or choose another port";
    }
    if (errno == PERMISSION_DENIED) {
      return "permission denied. Choose a port above 1023 or a directory that you may write in, or"
          + " run with the right to do it";
    }
    if (errno == NO_SUCH_ADDRESS) {
      return "no interface of this machine has that address. 'ip address' shows those there are";
    }
    return String.valueOf(cause.getMessage());
  }

  /** Where it listens, with the port that the system chose. */
  List<String> names() {
    return List.copyOf(names);
  }

  /** Begins to accept. Called on any thread. */
  void accept() {
    loop.execute(() -> channels.forEach(c -> c.pipeline().get(Acceptor.class).start()));
  }

  /** Closes the sockets, and removes the file of a Unix socket. Not called on the loop's thread. */
  @Override
  public void close() {
    channels.forEach(channel -> channel.close().awaitUninterruptibly());
  }
}
