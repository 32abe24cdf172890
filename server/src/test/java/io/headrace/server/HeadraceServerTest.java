package io.headrace.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.journal.Durability;
import io.headrace.journal.JournalException;
import io.headrace.journal.RecoveryListener;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HeadraceServerTest {
  private static HeadraceServer start(String... addresses) {
    List<ListenAddress> listen = Stream.of(addresses).map(ListenAddress::parse).toList();
    return HeadraceServer.start(new ServerOptions("0.1.0", listen, 65_535, 64 << 20, 100));
  }

  private static Socket connect(HeadraceServer server) throws IOException {
    String address = server.addresses().getFirst();
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    return Served.connect(InetAddress.getLoopbackAddress(), port);
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
  }

  private static void expect(Socket socket, String text) {
    assertThat(Served.read(socket, text.length())).asString(US_ASCII).isEqualTo(text);
  }

  @Test
  void a_job_goes_from_one_connection_to_another() throws IOException {
    try (var server = start("127.0.0.1:0");
        var producer = connect(server);
        var worker = connect(server)) {
      say(worker, "reserve\r\n");
      say(producer, "put 0 0 60 5\r\nhello\r\n");
      expect(producer, "INSERTED 1\r\n");
      expect(worker, "RESERVED 1 5\r\nhello\r\n");
      say(worker, "delete 1\r\nquit\r\n");
      expect(worker, "DELETED\r\n");
      assertThat(worker.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void a_worker_that_ended_its_side_while_it_waits_is_answered() throws IOException {
    try (var server = start("127.0.0.1:0");
        var worker = connect(server)) {
      say(worker, "reserve\r\n");
      worker.shutdownOutput();
      assertThat(worker.getInputStream().readAllBytes())
          .asString(US_ASCII)
          .isEqualTo("TIMED_OUT\r\n");
    }
  }

  @Test
  void the_jobs_of_a_worker_that_is_gone_go_to_the_next() throws IOException {
    try (var server = start("127.0.0.1:0");
        var second = connect(server)) {
      try (var first = connect(server)) {
        say(first, "put 0 0 60 1\r\nx\r\nreserve\r\n");
        expect(first, "INSERTED 1\r\nRESERVED 1 1\r\nx\r\n");
      }
      say(second, "reserve\r\n");
      expect(second, "RESERVED 1 1\r\nx\r\n");
    }
  }

  @Test
  void a_time_out_comes_while_nobody_speaks() throws IOException {
    try (var server = start("127.0.0.1:0");
        var worker = connect(server)) {
      say(worker, "reserve-with-timeout 1\r\n");
      expect(worker, "TIMED_OUT\r\n");
    }
  }

  @Test
  void puts_are_refused_while_the_server_drains() throws IOException {
    try (var server = start("127.0.0.1:0");
        var producer = connect(server)) {
      server.drain(true);
      say(producer, "put 0 0 60 1\r\nx\r\n");
      expect(producer, "DRAINING\r\n");
      server.drain(false);
      say(producer, "put 0 0 60 1\r\nx\r\n");
      expect(producer, "INSERTED 2\r\n");
    }
  }

  /** Bound only: a process that another test starts meanwhile keeps a listener alive. */
  private static int freePort() throws IOException {
    try (var probe = new Socket()) {
      probe.bind(null);
      return probe.getLocalPort();
    }
  }

  /** Connects as soon as anybody listens there. */
  private static Socket first(int port, FutureTask<HeadraceServer> starting) throws Exception {
    while (true) {
      try {
        return Served.connect(InetAddress.getLoopbackAddress(), port);
      } catch (ConnectException e) {
        if (starting.isDone()) {
          starting.get();
        }
      }
    }
  }

  @Test
  void a_client_may_end_it_with_the_first_word_of_all() throws Exception {
    int port = freePort();
    var listen = List.of(ListenAddress.parse("127.0.0.1:" + port));
    var options = new ServerOptions("0.1.0", listen, 65_535, 64 << 20, 100);
    var drainFor = Optional.of(Duration.ofHours(1));
    var starting =
        new FutureTask<>(
            () -> HeadraceServer.start(options, RecoveryListener.silent(), drainFor, () -> {}));
    Thread.ofPlatform().start(starting);
    try (var socket = first(port, starting)) {
      say(socket, "shutdown\r\n");
      expect(socket, "STOPPING\r\n");
    }
    assertThat(starting.get().awaitEnd()).isEqualTo(new ServerEnd.Stopped());
  }

  @Test
  void a_server_that_is_closed_says_so() throws IOException {
    var server = start("127.0.0.1:0");
    try (var socket = connect(server)) {
      say(socket, "put 0 0 60 1\r\nx\r\n");
      expect(socket, "INSERTED 1\r\n");
      server.close();
      assertThat(server.awaitEnd()).isEqualTo(new ServerEnd.Stopped());
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void a_taken_port_stops_the_start_and_frees_the_other_addresses() throws IOException {
    int free = freePort();
    try (var taken = new ServerSocket(0)) {
      assertThatThrownBy(
              () -> start("127.0.0.1:" + free, "127.0.0.1:" + taken.getLocalPort()).close())
          .isInstanceOf(ListenException.class)
          .hasMessageContaining(":" + taken.getLocalPort());
    }
    try (var server = start("127.0.0.1:" + free)) {
      assertThat(server.addresses()).containsExactly("127.0.0.1:" + free);
    }
  }

  @Test
  void an_acknowledged_job_outlives_the_server(@TempDir Path directory) throws IOException {
    try (var server = startOn(directory);
        var producer = connect(server)) {
      say(producer, "put 7 0 60 5\r\nhello\r\nput 7 0 60 5\r\nworld\r\ndelete 1\r\n");
      expect(producer, "INSERTED 1\r\nINSERTED 2\r\nDELETED\r\n");
    }
    try (var server = startOn(directory);
        var worker = connect(server)) {
      say(worker, "reserve-with-timeout 0\r\nput 7 0 60 1\r\nx\r\n");
      expect(worker, "RESERVED 2 5\r\nworld\r\nINSERTED 3\r\n");
    }
  }

  @Test
  void a_key_is_known_after_a_restart_and_in_other_connections(@TempDir Path directory)
      throws IOException {
    var put = "put-key order-1 0 0 60 5\r\nhello\r\n";
    try (var server = startOn(directory);
        var client = connect(server)) {
      say(client, put + "reserve\r\ndelete 1\r\n");
      expect(client, "INSERTED 1\r\nRESERVED 1 5\r\nhello\r\nDELETED\r\n");
    }
    try (var server = startOn(directory);
        var client = connect(server)) {
      say(client, put + "reserve-with-timeout 0\r\n");
      expect(client, "KNOWN 1\r\nTIMED_OUT\r\n");
    }
  }

  private static HeadraceServer startOn(Path directory) {
    return startOn(directory, 64 << 20, 1_000_000);
  }

  private static HeadraceServer startOn(Path directory, long memoryBytes, int jobsMax) {
    var place = new JournalPlace(directory, new Durability.Fsync(), 1 << 20);
    return HeadraceServer.start(
        new ServerOptions(
            "0.1.0",
            List.of(ListenAddress.parse("127.0.0.1:0")),
            Optional.of(place),
            65_535,
            memoryBytes,
            jobsMax,
            100));
  }

  @Test
  void a_peer_without_a_place_is_told_in_the_words_of_the_protocol_and_counted()
      throws IOException {
    var any = List.of(ListenAddress.parse("127.0.0.1:0"));
    var peers = new ArrayList<Socket>();
    try (var server = HeadraceServer.start(new ServerOptions("0.1.0", any, 65_535, 64 << 20, 1))) {
      for (int i = 0; i < 1 + Connections.RESERVED_LOOPBACK; i++) {
        peers.add(connect(server));
        say(peers.getLast(), "list-tube-used\r\n");
        expect(peers.getLast(), "USING default\r\n");
      }
      try (var refused = connect(server)) {
        assertThat(refused.getInputStream().readAllBytes())
            .asString(US_ASCII)
            .isEqualTo("OUT_OF_MEMORY\r\n");
      }
      say(peers.getFirst(), "stats\r\nquit\r\n");
      assertThat(peers.getFirst().getInputStream().readAllBytes())
          .asString(US_ASCII)
          .contains("headrace-connections-max: 1\n", "headrace-refused-full: 1\n");
    } finally {
      for (var peer : peers) {
        peer.close();
      }
    }
  }

  @Test
  void a_table_that_is_full_refuses_puts_and_the_rest_goes_on(@TempDir Path directory)
      throws IOException {
    try (var server = startOn(directory, 64 << 20, 2);
        var client = connect(server)) {
      say(client, "put 0 0 60 1\r\na\r\nput 0 0 60 1\r\nb\r\n");
      expect(client, "INSERTED 1\r\nINSERTED 2\r\n");
      say(client, "put 0 0 60 1\r\nc\r\nreserve\r\ndelete 1\r\n");
      expect(client, "OUT_OF_MEMORY\r\nRESERVED 1 1\r\na\r\nDELETED\r\n");
      say(client, "put 0 0 60 1\r\nd\r\n");
      expect(client, "INSERTED 3\r\n");
    }
  }

  @Test
  void a_backlog_larger_than_memory_is_kept_and_handed_out_in_order(@TempDir Path directory)
      throws IOException {
    int jobs = 400;
    try (var server = startOn(directory, 100_000, 1_000);
        var producer = connect(server)) {
      for (int i = 1; i <= jobs; i++) {
        say(producer, "put 0 0 60 1000\r\n" + bodyOf(i) + "\r\n");
        expect(producer, "INSERTED " + i + "\r\n");
      }
    }
    try (var server = startOn(directory, 100_000, 1_000);
        var worker = connect(server)) {
      say(worker, "peek " + jobs + "\r\n");
      expect(worker, "FOUND " + jobs + " 1000\r\n" + bodyOf(jobs) + "\r\n");
      for (int i = 1; i <= jobs; i++) {
        say(worker, "reserve\r\ndelete " + i + "\r\n");
        expect(worker, "RESERVED " + i + " 1000\r\n" + bodyOf(i) + "\r\nDELETED\r\n");
      }
      say(worker, "reserve-with-timeout 0\r\n");
      expect(worker, "TIMED_OUT\r\n");
    }
  }

  private static String bodyOf(int job) {
    return String.format("%1000d", job);
  }

  @Test
  void a_directory_in_use_stops_the_start(@TempDir Path directory) {
    try (var _ = startOn(directory)) {
      assertThatThrownBy(() -> startOn(directory).close())
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("in use");
    }
    startOn(directory).close();
  }

  @Test
  void a_start_that_fails_for_a_bug_leaves_no_thread_that_keeps_the_process(@TempDir Path directory)
      throws InterruptedException {
    var noTime = new Durability.Interval(Duration.ofSeconds(Long.MAX_VALUE));
    var options =
        new ServerOptions(
            "0.1.0",
            List.of(ListenAddress.parse("127.0.0.1:0")),
            Optional.of(new JournalPlace(directory, noTime, 1 << 20)),
            65_535,
            64 << 20,
            1_000_000,
            100);
    assertThatThrownBy(() -> HeadraceServer.start(options).close())
        .isInstanceOf(ArithmeticException.class);
    for (var thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("headrace-loop")) {
        assertThat(thread.join(Duration.ofSeconds(30))).as("%s has ended", thread).isTrue();
      }
    }
    startOn(directory).close();
  }

  @Test
  void a_start_that_finds_its_port_taken_gives_the_directory_free(@TempDir Path directory)
      throws IOException {
    try (var taken = new ServerSocket(0)) {
      var options =
          new ServerOptions(
              "0.1.0",
              List.of(ListenAddress.parse("127.0.0.1:" + taken.getLocalPort())),
              Optional.of(new JournalPlace(directory, new Durability.Fsync(), 1 << 20)),
              65_535,
              64 << 20,
              1_000_000,
              100);
      assertThatThrownBy(() -> HeadraceServer.start(options).close())
          .isInstanceOf(ListenException.class);
    }
    startOn(directory).close();
  }
}
