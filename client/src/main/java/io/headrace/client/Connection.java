package io.headrace.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import jdk.net.ExtendedSocketOptions;

/**
 * Bytes to and from one server, each wait with an end. The channel does not block: a blocking
 * socket knows no time limit on a write, nor on anything of a Unix socket.
 */
final class Connection implements AutoCloseable {
  /** So a peer that is gone is noticed within 30 seconds, also when nothing is asked of it. */
  private static final int KEEP_ALIVE_IDLE_S = 15;

  private static final int KEEP_ALIVE_INTERVAL_S = 5;
  private static final int KEEP_ALIVE_PROBES = 3;

  private static final int IN_BYTES = 64 * 1024;

  private static final ByteBuffer QUIT =
      ByteBuffer.wrap("quit\r\n".getBytes(StandardCharsets.US_ASCII)).asReadOnlyBuffer();

  private final String peer;
  private final SocketChannel channel;
  private Pipe pipe;
  private final Selector selector;
  private final SelectionKey key;
  private final Incoming in;

  /** Whether what was sent last may be half a request. */
  private volatile boolean sending;

  private Connection(String peer, SocketChannel channel, Selector selector, SelectionKey key) {
    this.peer = peer;
    this.channel = channel;
    this.pipe = new Pipe.Plain(channel);
    this.selector = selector;
    this.key = key;
    in = new Incoming(peer, IN_BYTES);
  }

  static Connection open(
      ServerAddress address, Deadline deadline, Supplier<SSLContext> credentials) {
    return switch (address) {
      case ServerAddress.Tls tls -> {
        var context = credentials.get();
        var connection = connectToAny(tls.toString(), tls.tcp(), deadline);
        connection.beginTls(context, tls.tcp(), deadline);
        yield connection;
      }
      case ServerAddress.Unix(var path) ->
          connect(address.toString(), UnixDomainSocketAddress.of(path), deadline);
      case ServerAddress.Tcp tcp -> connectToAny(tcp.toString(), tcp, deadline);
    };
  }

  private void beginTls(SSLContext context, ServerAddress.Tcp server, Deadline deadline) {
    var tls = new TlsPipe(channel, context, server);
    try {
      tls.shakeHands(operation -> await(operation, deadline, "no TLS handshake"));
      pipe = tls;
    } catch (SSLException e) {
      tls.sayWhy();
      close();
      throw new ServerUnreachable(peer + ": TLS failed: " + TlsTrouble.text(e), e);
    } catch (ServerUnreachable e) {
      throw new ServerUnreachable(e.getMessage() + "; if it speaks no TLS leave out 'tls:'", e);
    } catch (IOException e) {
      throw lost(e);
    }
  }

  private static Connection connectToAny(
      String peer, ServerAddress.Tcp address, Deadline deadline) {
    var hosts = resolve(address, deadline);
    for (int i = 0; i < hosts.size() - 1; i++) {
      try {
        // An address that does not answer leaves the others their time.
        var share = deadline.share(hosts.size() - i);
        return connect(peer, new InetSocketAddress(hosts.get(i), address.port()), share);
      } catch (ServerUnreachable e) {
        if (deadline.passed()) {
          throw e;
        }
      }
    }
    return connect(peer, new InetSocketAddress(hosts.getLast(), address.port()), deadline);
  }

  /** Asks for the host's addresses on another thread, since that call knows no time limit. */
  private static List<InetAddress> resolve(ServerAddress.Tcp address, Deadline deadline) {
    try {
      return List.of(InetAddress.ofLiteral(address.host()));
    } catch (IllegalArgumentException e) {
      var lookup = new FutureTask<>(() -> InetAddress.getAllByName(address.host()));
      Thread.ofPlatform().daemon().name("headrace-resolve").start(lookup);
      try {
        return List.of(lookup.get(deadline.leftNs(), TimeUnit.NANOSECONDS));
      } catch (ExecutionException failed) {
        var why =
            failed.getCause() instanceof UnknownHostException
                ? "no such host"
                : "the host's name could not be looked up";
        throw new ServerUnreachable(address + ": " + why, failed);
      } catch (TimeoutException late) {
        throw new ServerUnreachable(
            address + ": the host's name was not resolved within " + deadline, late);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new ServerUnreachable(address + ": interrupted", interrupted);
      }
    }
  }

  private static Connection connect(String peer, SocketAddress to, Deadline deadline) {
    try {
      var connection = unconnected(peer, to instanceof InetSocketAddress);
      try {
        if (!connection.channel.connect(to)) {
          do {
            connection.await(SelectionKey.OP_CONNECT, deadline, "no connection");
          } while (!connection.channel.finishConnect());
        }
        return connection;
      } catch (IOException | RuntimeException e) {
        connection.close();
        throw e;
      }
    } catch (IOException e) {
      throw new ServerUnreachable(peer + ": " + reason(e), e);
    }
  }

  private static Connection unconnected(String peer, boolean tcp) throws IOException {
    var channel = tcp ? SocketChannel.open() : SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.configureBlocking(false);
      if (tcp) {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        keepAlive(channel);
      }
      var selector = Selector.open();
      return new Connection(peer, channel, selector, channel.register(selector, 0));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Has the kernel ask a silent peer whether it is there: a reserve may wait for hours. */
  private static void keepAlive(SocketChannel channel) throws IOException {
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    if (channel.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
      channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEP_ALIVE_IDLE_S);
      channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEP_ALIVE_INTERVAL_S);
      channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEP_ALIVE_PROBES);
    }
  }

  /**
   * What is left when waits with an end are no longer needed: a channel that blocks, which is woken
   * by being closed. For a reader and a writer on virtual threads of their own.
   */
  record Blocking(String peer, SocketChannel channel, Pipe pipe) {}

  /** Gives the channel away; this connection is of no more use. */
  Blocking detach() {
    if (!in.isEmpty()) {
      throw failed("the server said more than it was asked for");
    }
    try {
      selector.close();
      channel.configureBlocking(true);
      return new Blocking(peer, channel, pipe);
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /** Sends all that remains in {@code buffers}. */
  void send(Deadline deadline, ByteBuffer... buffers) {
    try {
      sending = true;
      while (!isSent(buffers)) {
        long sent = pipe.write(buffers);
        deadline.moved(sent);
        if (sent == 0 && !isSent(buffers)) {
          await(SelectionKey.OP_WRITE, deadline, "it took no bytes");
        }
      }
      sending = false;
    } catch (IOException e) {
      throw lost(e);
    }
  }

  private boolean isSent(ByteBuffer... buffers) {
    boolean sent = pipe.isWritten();
    for (var buffer : buffers) {
      sent &= !buffer.hasRemaining();
    }
    return sent;
  }

  /** Waits for the reply to a request. */
  Reply reply(Request<?> request, Deadline deadline) {
    try {
      return in.reply(request, to -> fill(to, deadline));
    } catch (ServerUnreachable e) {
      close();
      throw e;
    } catch (IOException e) {
      throw lost(e);
    }
  }

  private void fill(ByteBuffer to, Deadline deadline) throws IOException {
    while (true) {
      int got = pipe.read(to);
      if (got > 0) {
        deadline.moved(got);
        return;
      }
      if (got < 0) {
        throw failed("the server closed the connection");
      }
      await(SelectionKey.OP_READ, deadline, "no answer");
    }
  }

  /** The port of this end; 0 of a Unix socket, or when it is closed. */
  int localPort() {
    try {
      return channel.getLocalAddress() instanceof InetSocketAddress local ? local.getPort() : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /** Whether it has ended, or says what nobody has asked for, which is as bad. */
  boolean isLost() {
    if (!in.isEmpty()) {
      return true;
    }
    try {
      return pipe.read(ByteBuffer.allocate(1)) != 0;
    } catch (IOException e) {
      return true;
    }
  }

  private void await(int operation, Deadline deadline, String without) throws IOException {
    key.interestOps(operation);
    long leftNs = deadline.leftNs();
    if (leftNs <= 0) {
      throw failed(without + " within " + deadline);
    }
    selector.select(TimeUnit.NANOSECONDS.toMillis(leftNs) + 1);
    if (Thread.currentThread().isInterrupted()) {
      throw new ClosedByInterruptException();
    }
    selector.selectedKeys().clear();
  }

  private ServerUnreachable lost(IOException e) {
    close();
    return new ServerUnreachable(peer + ": the connection is lost (" + reason(e) + ")", e);
  }

  private ServerUnreachable failed(String what) {
    close();
    return new ServerUnreachable(peer + ": " + what);
  }

  /**
   * Says {@code quit}, which tells the server that the client lives, without waiting for anything;
   * not in the middle of a request, which it would end. May be called by another thread.
   */
  void quit() {
    if (sending || !channel.isOpen()) {
      return;
    }
    try {
      pipe.write(QUIT.duplicate());
      // What nobody has read would turn the close into a reset, which may overtake the word.
      pipe.end();
      channel.read(ByteBuffer.allocate(IN_BYTES));
    } catch (IOException e) {
      // It is lost already: then the server knows that.
      return;
    }
  }

  static String reason(IOException e) {
    if (e instanceof ClosedByInterruptException) {
      return "interrupted";
    }
    var message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  @Override
  public void close() {
    try {
      selector.close();
      channel.close();
    } catch (IOException e) {
      // The descriptor is gone all the same, and nobody waits for what was not sent.
      return;
    }
  }
}
