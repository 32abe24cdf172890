package io.headrace.trials;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Something that listens, says one thing to each who connects, and answers nothing. */
final class SilentPeer implements AutoCloseable {

  private final ServerSocket socket;

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
        // Left open: to be silent is the point.
        var one = socket.accept();
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
  }
}
