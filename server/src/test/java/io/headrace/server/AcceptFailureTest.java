package io.headrace.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server in a process of its own, without a limit of connections that would protect it. */
final class AcceptFailureTest {
  private static final int DESCRIPTORS = 150;
  private static final int CONNECTIONS = 200;
  private static final String WARNING = "cannot accept a connection";

  /** The server in the child process: an echo that prints its port, until stdin ends. */
  static final class Child {
    private Child() {}

    static void main() throws IOException {
      var loop = NettyLoopThread.start("child-loop", reason -> Runtime.getRuntime().halt(70));
      var connections = new Connections(CONNECTIONS, Optional.empty());
      var address = ListenAddress.parse("127.0.0.1:0");
      var listener = Listener.bind(address, loop, Recorded::new, connections);
      listener.accept();
      String name = listener.names().getFirst();
      System.out.println(name.substring(name.lastIndexOf(':') + 1));
      int _ = System.in.read();
      loop.close();
    }
  }

  private static Process start(Path errors) throws IOException {
    return new ProcessBuilder(
            List.of(
                "sh",
                "-c",
                "ulimit -n " + DESCRIPTORS + " && exec \"$0\" \"$@\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName()))
        .redirectError(errors.toFile())
        .start();
  }

  private static void assertEchoes(Socket socket) throws IOException {
    socket.getOutputStream().write('x');
    assertThat(Served.read(socket, 1)).containsExactly('x');
  }

  private static Duration cpuOf(Process process) {
    return process.info().totalCpuDuration().orElseThrow();
  }

  @Test
  void without_descriptors_the_server_serves_on_waits_and_goes_on(@TempDir Path directory)
      throws Exception {
    Path errors = directory.resolve("errors");
    Process child = start(errors);
    var sockets = new ArrayList<Socket>();
    try (var lines = new BufferedReader(new InputStreamReader(child.getInputStream(), US_ASCII))) {
      int port = Integer.parseInt(lines.readLine());
      // What one connection needs of classes is loaded before there is no descriptor to read them.
      try (var first = Served.connect(InetAddress.getLoopbackAddress(), port)) {
        assertEchoes(first);
      }
      for (int i = 0; i < CONNECTIONS; i++) {
        sockets.add(Served.connect(InetAddress.getLoopbackAddress(), port));
      }
      Served.await("it says so", () -> read(errors).contains(WARNING));
      long startNs = System.nanoTime();
      Duration cpuBefore = cpuOf(child);
      Served.await("it has said so twice", () -> read(errors).split(WARNING, -1).length > 2);
      long elapsedNs = System.nanoTime() - startNs;
      assertThat(cpuOf(child).minus(cpuBefore))
          .as("a spinning loop would take all of the time")
          .isLessThan(Duration.ofNanos(elapsedNs / 2));
      assertEchoes(sockets.getFirst());

      for (Socket socket : sockets.subList(0, CONNECTIONS / 2)) {
        socket.close();
      }
      assertEchoes(sockets.getLast());
      child.getOutputStream().close();
      assertThat(child.waitFor()).isZero();
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
      child.destroyForcibly();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
