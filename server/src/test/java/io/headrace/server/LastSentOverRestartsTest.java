package io.headrace.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.journal.Durability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a holder sent last, over a socket, is with its job also when the server was started anew.
 */
final class LastSentOverRestartsTest {
  /** The smallest there are, so that a snapshot is due soon. */
  private static final int SEGMENT_BYTES = 64 << 10;

  private static final int BODY_BYTES = 20_000;

  /** Twice as much log as makes a snapshot due. */
  private static final int PUTS_MAX = 2 * 4 * SEGMENT_BYTES / BODY_BYTES;

  private static final String LAST_SENT =
      "\n  last-sent: \"reserve\\\\r\\\\ntouch 1\\\\r\\\\nput 0 0 60 100\\\\r\\\\nhalf\"\n";

  @TempDir Path folder;

  private HeadraceServer start() {
    return HeadraceServer.start(
        new ServerOptions(
            "0.1.0",
            List.of(ListenAddress.parse("127.0.0.1:0")),
            Optional.of(new JournalPlace(folder, new Durability.Fsync(), SEGMENT_BYTES)),
            65_535,
            64 << 20,
            1_000,
            100));
  }

  private static Socket connect(HeadraceServer server) throws IOException {
    String address = server.addresses().getFirst();
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    return Served.connect(InetAddress.getLoopbackAddress(), port);
  }

  private static void expect(Socket socket, String request, String reply) throws IOException {
    socket.getOutputStream().write(request.getBytes(US_ASCII));
    assertThat(Served.read(socket, reply.length())).asString(US_ASCII).isEqualTo(reply);
  }

  /** All that is said of job 1. */
  private static String show(HeadraceServer server) {
    try (var asker = connect(server)) {
      asker.getOutputStream().write("show-job 1\r\nquit\r\n".getBytes(US_ASCII));
      return new String(asker.getInputStream().readAllBytes(), US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A worker dies of job 1, in the middle of a put. */
  private static void die(HeadraceServer server) throws IOException {
    try (var worker = connect(server)) {
      expect(worker, "put 0 0 60 4\r\nboom\r\n", "INSERTED 1\r\n");
    }
    try (var worker = connect(server)) {
      expect(worker, "reserve\r\n", "RESERVED 1 4\r\nboom\r\n");
      expect(worker, "touch 1\r\nput 0 0 60 100\r\nhalf", "TOUCHED\r\n");
    }
    Served.await("the death is seen", () -> show(server).contains("how: died"));
  }

  private boolean hasSnapshot() throws IOException {
    try (var files = Files.list(folder)) {
      return files.anyMatch(file -> file.getFileName().toString().endsWith(".snap"));
    }
  }

  @Test
  void it_comes_back_from_the_log() throws IOException {
    try (var server = start()) {
      die(server);
      assertThat(show(server)).contains(LAST_SENT);
    }
    assertThat(hasSnapshot()).isFalse();
    try (var server = start()) {
      assertThat(show(server)).contains("how: died", LAST_SENT);
    }
  }

  @Test
  void of_a_time_out_it_is_there_while_the_holder_goes_on_and_comes_back() throws IOException {
    String[] told = {
      "how: timed-out", "\n  last-sent: \"reserve\\\\r\\\\ntouch 1\\\\r\\\\nuse tube\\\\r\\\\n\"\n"
    };
    try (var server = start();
        var worker = connect(server)) {
      expect(worker, "put 0 0 3 4\r\nslow\r\n", "INSERTED 1\r\n");
    }
    try (var server = start();
        var worker = connect(server)) {
      expect(worker, "reserve\r\n", "RESERVED 1 4\r\nslow\r\n");
      expect(worker, "touch 1\r\nuse tube\r\n", "TOUCHED\r\nUSING tube\r\n");
      Served.await("the time-out is told", () -> Stream.of(told).allMatch(show(server)::contains));
      expect(worker, "release 1 0 0\r\n", "NOT_FOUND\r\n");
    }
    try (var server = start()) {
      assertThat(show(server)).contains(told);
    }
  }

  @Test
  void it_comes_back_from_a_snapshot() throws IOException {
    try (var server = start();
        var client = connect(server)) {
      die(server);
      assertThat(hasSnapshot()).isFalse();
      String put = "put 0 0 60 " + BODY_BYTES + "\r\n" + "b".repeat(BODY_BYTES) + "\r\n";
      for (int i = 1; i <= PUTS_MAX; i++) {
        expect(
            client, put + "delete " + (i + 1) + "\r\n", "INSERTED " + (i + 1) + "\r\nDELETED\r\n");
      }
      Served.await(
          "a snapshot is there",
          () -> {
            try {
              return hasSnapshot();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
    try (var server = start()) {
      assertThat(show(server)).contains("how: died", LAST_SENT);
    }
  }
}
