package io.headrace.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.PolicySettings;
import io.headrace.server.captures.RecorderOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A server with little patience, and peers that need more; by real sockets. */
final class SlowReaderTest {
  private static final int BODY_BYTES = 60_000;
  private static final int PIECE_BYTES = 64 * 1024;

  /** Pieces that are read for each look at the server's clock, which takes longer than a read. */
  private static final int PIECES_A_LOOK = 16;

  /** Between two pieces, so that all there is lasts for the test however fast the machine is. */
  private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(5);

  private static HeadraceServer start(Optional<Duration> command, Optional<Duration> send) {
    return HeadraceServer.start(
        new ServerOptions(
            "0.1.0",
            List.of(ListenAddress.parse("127.0.0.1:0")),
            Optional.empty(),
            65_535,
            64 << 20,
            1_000,
            new ConnectionOptions(100),
            PolicySettings.NONE,
            EventOptions.none(),
            RecorderOptions.standard(),
            Optional.empty(),
            new PeerOptions(Optional.of(PeerOptions.PEER_TIMEOUT), command, send, 1 << 20),
            SecurityOptions.NONE,
            KeyOptions.defaults()));
  }

  private static Socket connect(HeadraceServer server) throws IOException {
    String address = server.addresses().getFirst();
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    return Served.connect(InetAddress.getLoopbackAddress(), port);
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
  }

  private static String ask(Socket socket, String request) {
    try {
      say(socket, request);
      var in = socket.getInputStream();
      var reply = new StringBuilder();
      int bytes = -1;
      while (bytes < 0 || reply.length() < bytes) {
        reply.append((char) in.read());
        if (bytes < 0 && reply.toString().endsWith("\r\n")) {
          String line = reply.toString().strip();
          int body = line.startsWith("OK ") ? Integer.parseInt(line.substring(3)) + 2 : 0;
          bytes = reply.length() + body;
        }
      }
      return reply.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void putLarge(Socket socket) {
    String body = "x".repeat(BODY_BYTES);
    assertThat(ask(socket, "put 0 0 60 " + BODY_BYTES + "\r\n" + body + "\r\n"))
        .isEqualTo("INSERTED 1\r\n");
  }

  @Test
  void who_reads_nothing_is_closed_and_that_is_counted() throws Exception {
    try (var server = start(Optional.empty(), Optional.of(Duration.ofSeconds(1)));
        var other = connect(server);
        var deaf = connect(server)) {
      putLarge(other);
      // More than the kernels of both sides keep.
      say(deaf, "peek 1\r\n".repeat(2_000));
      Served.await(
          "it is closed", () -> ask(other, "stats\r\n").contains("\nheadrace-faults-unread: 1\n"));
      Served.await(
          "it is gone", () -> ask(other, "stats\r\n").contains("\ncurrent-connections: 1\n"));
    }
  }

  @Test
  void who_reads_slowly_is_not() throws Exception {
    int asked = 4_000;
    try (var server = start(Optional.empty(), Optional.of(Duration.ofSeconds(3)));
        var other = connect(server);
        var slow = connect(server)) {
      slow.setReceiveBufferSize(1 << 16);
      putLarge(other);
      say(slow, "peek 1\r\n".repeat(asked));
      int all = asked * ("FOUND 1 60000\r\n".length() + BODY_BYTES + 2);
      // By the server's own clock, twice its patience and more.
      long until = uptime(other) + 7;
      int left = all;
      while (uptime(other) < until) {
        for (int i = 0; i < PIECES_A_LOOK; i++) {
          assertThat(left).as("bytes left for the time").isGreaterThan(PIECE_BYTES);
          assertThat(Served.read(slow, PIECE_BYTES)).hasSize(PIECE_BYTES);
          left -= PIECE_BYTES;
          LockSupport.parkNanos(PAUSE_NS);
        }
      }
      assertThat(ask(other, "stats\r\n")).contains("\nheadrace-faults-unread: 0\n");
    }
  }

  @Test
  void a_command_that_is_not_ended_closes_its_connection_and_no_other() throws Exception {
    try (var server = start(Optional.of(Duration.ofSeconds(1)), Optional.empty());
        var other = connect(server);
        var half = connect(server)) {
      assertThat(ask(other, "use a\r\n")).isEqualTo("USING a\r\n");
      say(half, "put 0 0 60 1000\r\nxxx");
      assertThat(endOf(half)).isTrue();
      assertThat(ask(other, "stats\r\n")).contains("\nheadrace-faults-unfinished: 1\n");
    }
  }

  private static long uptime(Socket socket) {
    var found = Pattern.compile("\\nuptime: (\\d+)\\n").matcher(ask(socket, "stats\r\n"));
    assertThat(found.find()).as("an uptime in stats").isTrue();
    return Long.parseLong(found.group(1));
  }

  private static boolean endOf(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }
}
