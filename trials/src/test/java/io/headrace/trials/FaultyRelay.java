package io.headrace.trials;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Passes connections on to a server, until the first request that begins with a given text: its
 * {@link Fault} strikes that one, once, and only the connection that it came on. For clients that
 * wait for each reply before the next request.
 */
final class FaultyRelay implements AutoCloseable {

  private static final int BUFFER_BYTES = 16 << 10;

  private final ServerSocket listener = new ServerSocket();
  private final byte[] trigger;
  private final Fault fault;
  private final AtomicBoolean struck = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final int port;
  private volatile int target;
  private volatile boolean restarted;

  private FaultyRelay(int target, String trigger, Fault fault) throws IOException {
    this.target = target;
    this.trigger = trigger.getBytes(ISO_8859_1);
    this.fault = fault;
    if (fault instanceof Fault.Refused) {
      // Never bound, and from a range of which no connection of a neighbour gets one meanwhile.
      port = RunningServer.freePort();
      return;
    }
    // Small, so that a stall is felt by who writes.
    listener.setReceiveBufferSize(BUFFER_BYTES);
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    port = listener.getLocalPort();
  }

  /** A relay to a port of this machine. */
  static FaultyRelay to(int target, String trigger, Fault fault) throws IOException {
    var relay = new FaultyRelay(target, trigger, fault);
    switch (fault) {
      case Fault.Refused _ -> {}
      case Fault.StallBeforeRequest _,
          Fault.StallInRequest _,
          Fault.StallAfterRequest _,
          Fault.StallInReply _,
          Fault.Reset _,
          Fault.Fin _,
          Fault.Drip _,
          Fault.Restart _,
          Fault.Garbage _,
          Fault.Surplus _ ->
          Thread.ofVirtual().start(relay::accept);
    }
    return relay;
  }

  /** Where clients connect to. */
  int port() {
    return port;
  }

  /** Passes later connections to another port of this machine. */
  void passTo(int port) {
    target = port;
  }

  /** Whether the fault has happened. */
  boolean struck() {
    return struck.get();
  }

  /** Whether the server has died and come back, by a {@link Fault.Restart}. */
  boolean restarted() {
    return restarted;
  }

  private void accept() {
    try {
      while (true) {
        var client = listener.accept();
        sockets.add(client);
        Thread.ofVirtual().start(() -> new Passage(client).open());
      }
    } catch (IOException e) {
      // Closed: that is its end.
      return;
    }
  }

  /** One connection, and the one that it is passed on by. */
  private final class Passage {
    private final Socket client;
    private final Socket server = new Socket();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int matched;
    private volatile boolean faulty;
    private boolean replied;

    private Passage(Socket client) {
      this.client = client;
    }

    private void open() {
      try (client;
          server) {
        sockets.add(server);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
        Thread.ofVirtual().start(this::replies);
        requests();
      } catch (IOException e) {
        // One of the two is gone; so is the other, now.
        return;
      } finally {
        sockets.remove(client);
        sockets.remove(server);
      }
    }

    private void requests() throws IOException {
      var in = client.getInputStream();
      var out = server.getOutputStream();
      for (int bytes = in.read(buffer); bytes >= 0; bytes = in.read(buffer)) {
        int at = trigger(bytes);
        if (at < 0 || !struck.compareAndSet(false, true)) {
          out.write(buffer, 0, bytes);
          continue;
        }
        out.write(buffer, 0, at);
        switch (fault) {
          case Fault.Refused _ -> throw new AssertionError("nothing listens");
          case Fault.StallBeforeRequest _ -> stall();
          case Fault.StallInRequest(var some) -> {
            out.write(buffer, at, Math.min(some, bytes - at));
            stall();
          }
          case Fault.StallAfterRequest _,
              Fault.StallInReply _,
              Fault.Reset _,
              Fault.Fin _,
              Fault.Drip _,
              Fault.Restart _,
              Fault.Garbage _,
              Fault.Surplus _ -> {
            faulty = true;
            out.write(buffer, at, bytes - at);
          }
        }
      }
    }

    /** Where in the buffer the request begins that is looked for, or -1. */
    private int trigger(int bytes) {
      for (int i = 0; i < bytes; i++) {
        if (matched >= 0 && buffer[i] == trigger[matched]) {
          matched++;
        } else {
          matched = buffer[i] == '\n' ? 0 : -1;
        }
        if (matched == trigger.length) {
          matched = -1;
          return Math.max(0, i + 1 - trigger.length);
        }
      }
      return -1;
    }

    private void stall() {
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void replies() {
      var reply = new byte[BUFFER_BYTES];
      // Whatever ends the server's half ends the client's: a reset too, as of a killed server.
      try (client) {
        var in = server.getInputStream();
        var out = client.getOutputStream();
        for (int bytes = in.read(reply); bytes >= 0; bytes = in.read(reply)) {
          if (!faulty) {
            out.write(reply, 0, bytes);
          } else if (!replied) {
            replied = true;
            spoil(reply, bytes);
          }
        }
      } catch (IOException e) {
        // The client or the server is gone; the other half ends with it, now.
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void spoil(byte[] reply, int bytes) throws IOException, InterruptedException {
      var out = client.getOutputStream();
      switch (fault) {
        case Fault.Refused _, Fault.StallBeforeRequest _, Fault.StallInRequest _ ->
            throw new AssertionError("the request was not passed on");
        case Fault.StallAfterRequest _ -> {}
        case Fault.StallInReply(var some) -> out.write(reply, 0, Math.min(some, bytes - 1));
        case Fault.Reset _ -> {
          client.setSoLinger(true, 0);
          client.close();
        }
        case Fault.Fin _ -> client.shutdownOutput();
        case Fault.Drip(var each) -> {
          for (int i = 0; i < bytes; i++) {
            out.write(reply, i, 1);
            TimeUnit.NANOSECONDS.sleep(each.toNanos());
          }
        }
        case Fault.Restart(var restart) -> {
          target = restart.getAsInt();
          restarted = true;
          client.close();
        }
        case Fault.Garbage(var garbage) -> out.write(garbage.getBytes(ISO_8859_1));
        case Fault.Surplus(var more) ->
            out.write((new String(reply, 0, bytes, ISO_8859_1) + more).getBytes(ISO_8859_1));
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    closed.countDown();
    for (var socket : sockets) {
      socket.close();
    }
  }
}
