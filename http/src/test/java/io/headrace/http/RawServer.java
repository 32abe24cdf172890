package io.headrace.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A server that does with each connection what it is told to, be it right or wrong. */
final class RawServer implements AutoCloseable {
  /** What is done with one connection; the socket is closed behind it. */
  interface Talk {
    void with(Socket socket) throws IOException, InterruptedException;
  }

  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  RawServer(Talk talk) throws IOException {
    listener = new ServerSocket(0, 100, InetAddress.ofLiteral("127.0.0.1"));
    start(() -> {
      while (true) {
        var socket = listener.accept();
        open.add(socket);
        start(() -> serve(socket, talk));
      }
    });
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private void start(Work work) {
    // Not virtual threads: what those wait with counts as an open descriptor.
    threads.add(
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                work.run();
              } catch (IOException | InterruptedException _) {
                // The client has left, or the server is closed.
              } finally {
                threads.remove(Thread.currentThread());
              }
            }));
  }

  private void serve(Socket socket, Talk talk) throws IOException, InterruptedException {
    try (socket) {
      socket.setTcpNoDelay(true);
      talk.with(socket);
    } finally {
      open.remove(socket);
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  String url() {
    return "http://127.0.0.1:" + port() + "/";
  }

  /** Connections that it has not closed. */
  int open() {
    return open.size();
  }

  /** Reads a request up to the blank line, and returns it. */
  static String request(Socket socket) throws IOException {
    var in = socket.getInputStream();
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("the client has left");
      }
      head.append((char) b);
    }
    return head.toString();
  }

  static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  /** Says nothing more, and closes when the client does. */
  static void staySilent(Socket socket) throws IOException {
    while (socket.getInputStream().read() >= 0) {
      // What it still says is of no interest.
    }
  }

  /** Says nothing for so long, for a test of how slow a server may be; false if the client goes. */
  static boolean isSlow(Socket socket, int forMs) throws IOException {
    socket.setSoTimeout(forMs);
    try {
      return socket.getInputStream().read() >= 0;
    } catch (SocketTimeoutException _) {
      return true;
    } finally {
      socket.setSoTimeout(0);
    }
  }

  /** Breaks the connection off. */
  static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (var socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.forEach(Thread::interrupt);
  }
}
