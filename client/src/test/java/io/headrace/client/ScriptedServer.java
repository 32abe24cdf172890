package io.headrace.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A server that waits for given bytes, says given bytes, and so on, on one connection after the
 * other; then nobody listens any more.
 */
final class ScriptedServer implements AutoCloseable {
  /** Before an answer that is to come in one piece. */
  static final String AT_ONCE = "AT ONCE ";

  /** Before an expectation that may come or not; its answer is not counted. */
  static final String MAYBE = "MAYBE ";

  /** Of what may come or not. */
  private static final int MAYBE_BYTES_MAX = 100;

  private static final Duration SAID_MAX = Duration.ofSeconds(30);

  private final ServerSocket listener;
  private final List<String> surprises = Collections.synchronizedList(new ArrayList<>());
  private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
  private final Semaphore said = new Semaphore(0);

  /** Takes expectation and answer in turns; after the last answer it says nothing more. */
  ScriptedServer(String... script) throws IOException {
    this(List.of(List.of(script)));
  }

  private ScriptedServer(List<List<String>> scripts) throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.add(Thread.ofPlatform().daemon().start(() -> accept(scripts)));
  }

  /** One script a connection. */
  @SafeVarargs
  @SuppressWarnings("varargs")
  static ScriptedServer of(List<String>... scripts) throws IOException {
    return new ScriptedServer(List.of(scripts));
  }

  ServerAddress address() {
    return new ServerAddress.Tcp("127.0.0.1", listener.getLocalPort());
  }

  HeadraceClient client() {
    return HeadraceClient.connect(address());
  }

  /** Waits until so many more answers were given, on all connections. */
  void awaitAnswers(int answers) throws InterruptedException {
    if (!said.tryAcquire(answers, SAID_MAX.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("no " + answers + " more answers; " + surprises);
    }
  }

  private void accept(List<List<String>> scripts) {
    try {
      for (var script : scripts) {
        var socket = listener.accept();
        threads.add(Thread.ofPlatform().daemon().start(() -> converse(socket, script)));
      }
      if (scripts.size() > 1) {
        listener.close();
      }
    } catch (IOException e) {
      // Closed: that is its end.
      return;
    }
  }

  private void converse(Socket socket, List<String> script) {
    try (socket;
        var in = new PushbackInputStream(socket.getInputStream(), MAYBE_BYTES_MAX)) {
      for (int i = 0; i < script.size(); i += 2) {
        if (script.get(i).startsWith(MAYBE)) {
          var maybe = script.get(i).substring(MAYBE.length()).getBytes(ISO_8859_1);
          if (comes(in, maybe) && !say(socket, script.get(i + 1))) {
            return;
          }
          continue;
        }
        var expected = script.get(i).getBytes(ISO_8859_1);
        var got = in.readNBytes(expected.length);
        if (!Arrays.equals(expected, got)) {
          surprises.add(shown(got) + " instead of " + shown(expected));
          return;
        }
        if (!say(socket, script.get(i + 1))) {
          return;
        }
        said.release();
      }
      // Stays open and silent until the client has gone.
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The client left in the middle: what it saw until then is what the test is about.
      return;
    }
  }

  /** Whether these bytes come next. Other bytes are left for what is expected then. */
  private static boolean comes(PushbackInputStream in, byte[] bytes) throws IOException {
    for (int i = 0; i < bytes.length; i++) {
      int next = in.read();
      if (next != Byte.toUnsignedInt(bytes[i])) {
        if (next >= 0) {
          in.unread(next);
        }
        in.unread(bytes, 0, i);
        return false;
      }
    }
    return true;
  }

  private static String shown(byte[] bytes) {
    var text = new String(bytes, ISO_8859_1);
    return "'" + text.substring(0, Math.min(200, text.length())) + "'";
  }

  /** Says it byte by byte; "CLOSE" closes, "STOP" leaves everything unread from now on. */
  private static boolean say(Socket socket, String answer) throws IOException {
    if (answer.equals("CLOSE")) {
      return false;
    }
    if (answer.equals("STOP")) {
      LockSupport.park();
      return false;
    }
    if (answer.startsWith(AT_ONCE)) {
      socket.getOutputStream().write(answer.substring(AT_ONCE.length()).getBytes(ISO_8859_1));
      return true;
    }
    socket.setTcpNoDelay(true);
    for (byte one : answer.getBytes(ISO_8859_1)) {
      socket.getOutputStream().write(one);
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    try {
      for (var thread : List.copyOf(threads)) {
        thread.interrupt();
        thread.join();
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    if (!surprises.isEmpty()) {
      throw new AssertionError(surprises.toString());
    }
  }
}
