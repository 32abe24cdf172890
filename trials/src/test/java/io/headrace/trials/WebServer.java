package io.headrace.trials;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A web server that answers by the path it is asked for, be it right or wrong. */
final class WebServer implements AutoCloseable {
  /** From one byte of a slow drip to the next. */
  private static final int DRIP_MS = 50;

  /** Before a late answer: longer than the TTR of its job in {@link WebJobsIT}. */
  private static final int LATE_MS = 7000;

  private final ServerSocket listener;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  WebServer() throws IOException {
    listener = new ServerSocket(0, 200, InetAddress.ofLiteral("127.0.0.1"));
    Thread.ofVirtual().start(this::accept);
  }

  private void accept() {
    while (true) {
      try {
        var socket = listener.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        // It is closed.
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var path = path(socket);
      asked.add(path);
      answer(socket, path);
    } catch (IOException e) {
      // The client has given up.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  private static String path(Socket socket) throws IOException {
    var in = socket.getInputStream();
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the client has left");
      }
      head.append((char) next);
    }
    return head.substring(head.indexOf(" ") + 1, head.indexOf(" HTTP/"));
  }

  private void answer(Socket socket, String path) throws IOException, InterruptedException {
    switch (path.split("/", -1)[1]) {
      case "missing" -> say(socket, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
      case "broken" -> say(socket, "HTTP/1.1 500 Oh\r\nContent-Length: 3\r\n\r\nno\n");
      case "truncated" -> say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel\u0001");
      case "malformed" -> say(socket, "SSH-2.0-OpenSSH_9.2\r\n");
      case "reset" -> {
        say(socket, "HTTP/1.1 200 OK\r\nContent-");
        socket.setSoLinger(true, 0);
      }
      case "drip" -> {
        say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
        while (true) {
          say(socket, "x");
          TimeUnit.MILLISECONDS.sleep(DRIP_MS);
        }
      }
      case "late" -> {
        TimeUnit.MILLISECONDS.sleep(LATE_MS);
        sayGood(socket, path);
      }
      case "twice" -> {
        if (times(path) == 1) {
          say(socket, "HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n");
        } else {
          sayGood(socket, path);
        }
      }
      case "hang" -> {
        while (socket.getInputStream().read() >= 0) {
          // Whatever the client says, it gets no answer.
        }
      }
      default -> sayGood(socket, path);
    }
  }

  private static void sayGood(Socket socket, String path) throws IOException {
    say(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path);
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  String url(String path) {
    return "http://127.0.0.1:" + listener.getLocalPort() + path;
  }

  /** The paths that were asked for, each as often as it was. */
  List<String> asked() {
    return asked;
  }

  long times(String path) {
    return asked.stream().filter(path::equals).count();
  }

  /** How many connections it has that nobody has closed. */
  int open() {
    return open.size();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (var socket : open) {
      socket.close();
    }
  }
}
