package io.headrace.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A server of one connection that waits for given bytes, says given bytes, and so on. */
final class ScriptedServer implements AutoCloseable {
  private final ServerSocket listener;
  private final List<String> surprises = Collections.synchronizedList(new ArrayList<>());
  private final Thread thread;

  /** Takes expectation and answer in turns; after the last answer it says nothing more. */
  ScriptedServer(String... script) throws IOException {
    listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    thread = Thread.ofPlatform().daemon().start(() -> run(script));
  }

  ServerAddress address() {
    return new ServerAddress.Tcp("127.0.0.1", listener.getLocalPort());
  }

  HeadraceClient client() {
    return HeadraceClient.connect(address());
  }

  private void run(String... script) {
    try (var socket = listener.accept()) {
      for (int i = 0; i < script.length; i += 2) {
        var expected = script[i].getBytes(ISO_8859_1);
        var got = socket.getInputStream().readNBytes(expected.length);
        if (!Arrays.equals(expected, got)) {
          surprises.add(new String(got, ISO_8859_1) + " instead of " + script[i]);
          return;
        }
        if (!say(socket, script[i + 1])) {
          return;
        }
      }
      // Stays open and silent until the client has gone.
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The client left in the middle: what it saw until then is what the test is about.
      return;
    }
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
    socket.setTcpNoDelay(true);
    for (byte one : answer.getBytes(ISO_8859_1)) {
      socket.getOutputStream().write(one);
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    if (!surprises.isEmpty()) {
      throw new AssertionError(surprises.toString());
    }
  }
}
