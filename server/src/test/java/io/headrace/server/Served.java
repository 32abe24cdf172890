package io.headrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A protocol behind real sockets, on a loop of its own. */
final class Served implements AutoCloseable {
  /** The longest that anything here is waited for. */
  static final long PATIENCE_S = 20;

  /** More connections than any test opens. */
  static final ConnectionOptions MANY = new ConnectionOptions(1_000_000);

  final NettyLoopThread loop;
  final Reception reception;
  final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
  private final List<Listener> listeners = new ArrayList<>();

  Served(Protocol protocol, String... addresses) {
    this(/* epoll= */ true, MANY, protocol, addresses);
  }

  Served(boolean epoll, ConnectionOptions connections, Protocol protocol, String... addresses) {
    this(epoll, connections, OutLimits.backlogBytesMax(), protocol, addresses);
  }

  Served(
      boolean epoll,
      ConnectionOptions connections,
      long backlogBytesMax,
      Protocol protocol,
      String... addresses) {
    var backlog = new Backlog(backlogBytesMax, Optional.empty(), new ClientFaults());
    loop = NettyLoopThread.start("test-loop", epoll, backlog, failures::add);
    reception = new Reception(loop, connections, Optional.empty());
    try {
      for (String address : addresses) {
        listeners.add(Listener.bind(ListenAddress.parse(address), loop, protocol, reception));
      }
    } catch (ListenException e) {
      close();
      throw e;
    }
    listeners.forEach(Listener::accept);
  }

  List<String> names() {
    return listeners.stream().flatMap(l -> l.names().stream()).toList();
  }

  int port() {
    String name = names().getFirst();
    return Integer.parseInt(name.substring(name.lastIndexOf(':') + 1));
  }

  Socket connect() throws IOException {
    return connect(InetAddress.ofLiteral("127.0.0.1"), port());
  }

  static Socket connect(InetAddress host, int port) throws IOException {
    var socket = new Socket();
    socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_S));
    socket.connect(new InetSocketAddress(host, port));
    return socket;
  }

  int open() {
    return onLoop(() -> reception.connections().open());
  }

  <T> T onLoop(Supplier<T> question) {
    var answer = new CompletableFuture<T>();
    loop.execute(() -> answer.complete(question.get()));
    return answer.orTimeout(PATIENCE_S, TimeUnit.SECONDS).join();
  }

  /** Waits until this holds, and fails the test when it never does. */
  static void await(String what, BooleanSupplier holds) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still waiting until " + what).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  static byte[] read(Socket socket, int bytes) {
    try {
      return socket.getInputStream().readNBytes(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    listeners.forEach(Listener::close);
    loop.close();
    reception.close();
  }
}
