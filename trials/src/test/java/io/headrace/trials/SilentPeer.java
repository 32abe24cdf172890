package io.headrace.trials;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Something that listens, says one thing to each who connects, and answers nothing. */
final class SilentPeer implements AutoCloseable {

  private final ServerSocket socket;

  /** Left open, since to be silent is the point: whom nobody knows the collector would close. */
  private final Set<Socket> greeted = ConcurrentHashMap.newKeySet();

  private SilentPeer(ServerSocket socket) {
    this.socket = socket;
  }

  static SilentPeer saying(String greeting) throws IOException {
    var socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    var peer = new SilentPeer(socket);
    Thread.ofVirtual().start(() -> peer.greet(greeting));
    return peer;
  }

  private void greet(String greeting) {
    try {
      while (true) {
        var one = socket.accept();
        greeted.add(one);
        one.getOutputStream().write(greeting.getBytes(ISO_8859_1));
      }
    } catch (IOException e) {
      // Closed: that is its end.
      return;
    }
  }

  int port() {
    return socket.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (var one : greeted) {
      one.close();
    }
  }
}
