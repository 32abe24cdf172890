package io.headrace.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HeadraceClientTest {
  private static final Duration SHORT = Duration.ofMillis(500);

  @TempDir private Path folder;

  @Test
  void a_put_sends_its_options_in_whole_seconds_and_returns_the_id() throws Exception {
    try (var server = new ScriptedServer("put 7 3 2 4\r\nbody\r\n", "INSERTED 12\r\n");
        var client = server.client()) {
      var options = new JobOptions(7, Duration.ofMillis(2500), Duration.ofSeconds(2));
      assertThat(client.put(bytes("body"), options)).isEqualTo(new PutResult.Inserted(12));
    }
  }

  @Test
  void a_refused_put_says_why() throws Exception {
    try (var server =
            new ScriptedServer(
                "put 1024 0 60 1\r\nx\r\n", "JOB_TOO_BIG\r\n",
                "put 1024 0 60 1\r\nx\r\n", "DRAINING\r\n",
                "put 1024 0 60 1\r\nx\r\n", "OUT_OF_MEMORY\r\n",
                "put 1024 0 60 1\r\nx\r\n", "BURIED 3\r\n");
        var client = server.client()) {
      assertThat(Stream.generate(() -> client.put(bytes("x"), JobOptions.DEFAULT)).limit(4))
          .containsExactly(
              new PutResult.Refused(PutResult.Reason.JOB_TOO_BIG),
              new PutResult.Refused(PutResult.Reason.DRAINING),
              new PutResult.Refused(PutResult.Reason.OUT_OF_MEMORY),
              new PutResult.Refused(PutResult.Reason.OUT_OF_MEMORY));
    }
  }

  @Test
  void many_puts_go_out_before_the_first_answer() throws Exception {
    var one = "put 1024 0 60 2\r\n";
    var sent = one + "a\n\r\n" + one + "b\n\r\n" + one + "c\n\r\n";
    try (var server = new ScriptedServer(sent, "INSERTED 1\r\nDRAINING\r\nINSERTED 3\r\n");
        var client = server.client()) {
      var results = new ArrayList<PutResult>();
      var bodies = Stream.of("a\n", "b\n", "c\n").map(HeadraceClientTest::bytes).iterator();
      client.putAll(bodies, JobOptions.DEFAULT, results::add);
      assertThat(results)
          .containsExactly(
              new PutResult.Inserted(1),
              new PutResult.Refused(PutResult.Reason.DRAINING),
              new PutResult.Inserted(3));
    }
  }

  @Test
  void a_reserve_ends_with_a_job_or_without_one() throws Exception {
    try (var server =
            new ScriptedServer(
                "reserve-with-timeout 0\r\n", "RESERVED 5 4\r\n\r\n\0\u00ff\r\n",
                "reserve-with-timeout 2\r\n", "TIMED_OUT\r\n",
                "reserve-with-timeout 2\r\n", "DEADLINE_SOON\r\n");
        var client = server.client()) {
      assertThat(client.reserve(Duration.ZERO))
          .isInstanceOfSatisfying(
              ReserveResult.Reserved.class,
              reserved -> {
                assertThat(reserved.job().id()).isEqualTo(5);
                assertThat(reserved.job().body()).isEqualTo("\r\n\0\u00ff".getBytes(ISO_8859_1));
              });
      assertThat(client.reserve(Duration.ofMillis(1200))).isEqualTo(new ReserveResult.TimedOut());
      assertThat(client.reserve(Duration.ofSeconds(2))).isEqualTo(new ReserveResult.DeadlineSoon());
    }
  }

  @Test
  void what_is_not_found_is_a_value_and_not_an_exception() throws Exception {
    try (var server =
            new ScriptedServer(
                "delete 9\r\n", "NOT_FOUND\r\n",
                "peek 9\r\n", "NOT_FOUND\r\n",
                "stats-job 9\r\n", "NOT_FOUND\r\n",
                "stats-tube t\r\n", "NOT_FOUND\r\n");
        var client = server.client()) {
      assertThat(client.delete(9)).isFalse();
      assertThat(client.peek(9)).isEmpty();
      assertThat(client.statsJob(9)).isEmpty();
      assertThat(client.statsTube("t")).isEmpty();
    }
  }

  @Test
  void statistics_keep_their_order_and_lose_their_quotes() throws Exception {
    var text = "---\nname: \"a \\\"b\\\"\"\ntotal: 3\nid: 0f\n";
    try (var server =
            new ScriptedServer("stats\r\n", "OK " + text.length() + "\r\n" + text + "\r\n");
        var client = server.client()) {
      var stats = client.stats();
      assertThat(stats).containsOnlyKeys("name", "total", "id").containsEntry("name", "a \"b\"");
      assertThat(List.copyOf(stats.values())).containsExactly("a \"b\"", "3", "0f");
    }
  }

  @Test
  void lists_of_jobs_come_as_one_map_a_job() throws Exception {
    var text = "---\n- id: 1\n  state: ready\n- id: 2\n  state: ready\n";
    try (var server =
            new ScriptedServer(
                "list-jobs t ready 9\r\n", "OK " + text.length() + "\r\n" + text + "\r\n",
                "list-jobs u buried 1\r\n", "NOT_FOUND\r\n",
                "clear-tube t\r\n", "CLEARED 2\r\n",
                "drain\r\n", "DRAIN_ON\r\n",
                "close-connection 4\r\n", "CLOSED\r\n");
        var client = server.client()) {
      assertThat(client.listJobs("t", "ready", 9))
          .contains(
              List.of(Map.of("id", "1", "state", "ready"), Map.of("id", "2", "state", "ready")));
      assertThat(client.listJobs("u", "buried", 1)).isEmpty();
      assertThat(client.clearTube("t")).hasValue(2);
      client.drain(true);
      assertThat(client.closeConnection(4)).isTrue();
    }
  }

  @Test
  void a_release_that_ends_the_job_is_done_too() throws Exception {
    try (var server =
            new ScriptedServer(
                "release 1 2 0\r\n", "BURIED\r\n",
                "release 1 2 0\r\n", "NOT_FOUND\r\n");
        var client = server.client()) {
      assertThat(client.release(1, 2, Duration.ZERO)).isTrue();
      assertThat(client.release(1, 2, Duration.ZERO)).isFalse();
    }
  }

  @Test
  void to_close_is_to_quit() throws Exception {
    try (var server =
        new ScriptedServer("reserve-job 1\r\n", "RESERVED 1 1\r\nx\r\n", "quit\r\n", "")) {
      try (var client = server.client()) {
        assertThat(client.reserveJob(1)).isPresent();
      }
    }
  }

  @Test
  void what_makes_no_sense_ends_with_quit_too() throws Exception {
    try (var server = new ScriptedServer("touch 1\r\n", "WHAT\r\nunread", "quit\r\n", "");
        var client = server.client()) {
      assertThatThrownBy(() -> client.touch(1)).isInstanceOf(UnexpectedReply.class);
    }
  }

  @Test
  void half_a_job_does_not_end_with_quit_as_its_body() throws Exception {
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var got =
          new FutureTask<>(() -> {
            try (var socket = listener.accept()) {
              return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            }
          });
      Thread.ofPlatform().daemon().start(got);
      var bodies = Stream.of(new byte[70_000]).iterator();
      var broken =
          new Iterator<byte[]>() {
            @Override
            public boolean hasNext() {
              return true;
            }

            @Override
            public byte[] next() {
              return bodies.next();
            }
          };
      try (var client =
          HeadraceClient.connect(new ServerAddress.Tcp("127.0.0.1", listener.getLocalPort()))) {
        assertThatThrownBy(() -> client.putAll(broken, JobOptions.DEFAULT, _ -> {}))
            .isInstanceOf(NoSuchElementException.class);
      }
      assertThat(got.get()).startsWith("put 1024 0 60 70000\r\n").endsWith("\0");
    }
  }

  @Test
  void a_server_that_does_not_answer_is_unreachable() throws Exception {
    try (var server = new ScriptedServer("stats\r\n", "");
        var client = HeadraceClient.connect(server.address(), SHORT)) {
      assertThatThrownBy(client::stats)
          .isInstanceOf(ServerUnreachable.class)
          .hasMessage(server.address() + ": no answer within 500 ms");
    }
  }

  @Test
  void a_server_that_stops_in_the_middle_of_a_body_is_unreachable() throws Exception {
    try (var server = new ScriptedServer("peek 1\r\n", "FOUND 1 1000000000\r\nsome");
        var client = HeadraceClient.connect(server.address(), SHORT)) {
      assertThatThrownBy(() -> client.peek(1)).isInstanceOf(ServerUnreachable.class);
    }
  }

  @Test
  void a_server_that_takes_no_bytes_is_unreachable() throws Exception {
    try (var server = new ScriptedServer("put ", "STOP");
        var client = HeadraceClient.connect(server.address(), SHORT)) {
      assertThatThrownBy(() -> client.put(new byte[1 << 25], JobOptions.DEFAULT))
          .isInstanceOf(ServerUnreachable.class)
          .hasMessageContaining("took no bytes");
    }
  }

  @Test
  void a_connection_that_the_server_closed_is_lost_for_this_and_every_later_call()
      throws Exception {
    try (var server = new ScriptedServer("list-tubes\r\n", "CLOSE");
        var client = server.client()) {
      assertThatThrownBy(client::listTubes)
          .isInstanceOf(ServerUnreachable.class)
          .hasMessageContaining("closed the connection");
      assertThatThrownBy(client::listTubes).isInstanceOf(ServerUnreachable.class);
    }
  }

  @Test
  void an_address_where_nobody_listens_is_named() throws Exception {
    ServerAddress gone;
    try (var server = new ScriptedServer()) {
      gone = server.address();
    }
    assertThatThrownBy(() -> HeadraceClient.connect(gone))
        .isInstanceOf(ServerUnreachable.class)
        .hasMessage(gone + ": Connection refused");
  }

  /** Whoever waits for a server tries again and again. */
  @Test
  void a_connect_that_fails_leaves_no_descriptor() throws Exception {
    ServerAddress gone;
    try (var bound = new Socket()) {
      bound.bind(null);
      gone = new ServerAddress.Tcp("127.0.0.1", bound.getLocalPort());
    }
    long before = descriptors();
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> HeadraceClient.connect(gone)).isInstanceOf(ServerUnreachable.class);
    }
    assertThat(descriptors() - before).isLessThan(50);
  }

  private static long descriptors() throws IOException {
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  @Test
  void an_unknown_command_leaves_the_connection_as_it_was() throws Exception {
    try (var server =
            new ScriptedServer(
                "reserve-job 1\r\n", "UNKNOWN_COMMAND\r\n", "use t\r\n", "USING t\r\n");
        var client = server.client()) {
      assertThatThrownBy(() -> client.reserveJob(1))
          .isInstanceOfSatisfying(
              UnexpectedReply.class, e -> assertThat(e.unknownCommand()).isTrue());
      client.use("t");
    }
  }

  @Test
  void a_reply_that_makes_no_sense_ends_the_connection() throws Exception {
    try (var server = new ScriptedServer("kick 3\r\n", "KICKED th\u0007ree\r\n");
        var client = server.client()) {
      assertThatThrownBy(() -> client.kick(3))
          .isInstanceOf(UnexpectedReply.class)
          .hasMessage("the server answered 'KICKED th.ree' to 'kick 3'");
      assertThatThrownBy(() -> client.kick(3)).isInstanceOf(ServerUnreachable.class);
    }
  }

  @Test
  void a_body_of_another_length_than_announced_is_not_taken_for_one() throws Exception {
    try (var server = new ScriptedServer("peek 1\r\n", "FOUND 1 3\r\nabcde\r\n");
        var client = server.client()) {
      assertThatThrownBy(() -> client.peek(1)).isInstanceOf(UnexpectedReply.class);
    }
  }

  @Test
  void a_line_without_end_costs_a_bounded_amount() throws Exception {
    try (var server = new ScriptedServer("use t\r\n", "x".repeat(5000));
        var client = server.client()) {
      assertThatThrownBy(() -> client.use("t"))
          .isInstanceOf(ServerUnreachable.class)
          .hasMessageContaining("4096 bytes without the end of a line");
    }
  }

  @Test
  void a_name_that_would_smuggle_in_a_command_is_refused_before_it_is_sent() throws Exception {
    try (var server = new ScriptedServer();
        var client = server.client()) {
      assertThatIllegalArgumentException().isThrownBy(() -> client.use("t\r\ndelete 1"));
      assertThatIllegalArgumentException().isThrownBy(() -> client.use(""));
      assertThatIllegalArgumentException().isThrownBy(() -> client.use("-t"));
      assertThatIllegalArgumentException().isThrownBy(() -> client.watch("t".repeat(201)));
    }
  }

  @Test
  void a_unix_socket_works_like_a_port() throws Exception {
    var path = folder.resolve("s");
    try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(path));
      try (var client = HeadraceClient.connect(ServerAddress.parse("unix:" + path));
          var accepted = listener.accept()) {
        accepted.write(ByteBuffer.wrap(bytes("USING t\r\n")));
        client.use("t");
        var got = ByteBuffer.allocate(7);
        accepted.read(got);
        assertThat(got.array()).isEqualTo(bytes("use t\r\n"));
      }
    }
  }

  @Test
  void addresses_are_read_as_people_write_them() {
    assertThat(ServerAddress.parse("11301")).isEqualTo(new ServerAddress.Tcp("127.0.0.1", 11301));
    assertThat(ServerAddress.parse("box")).isEqualTo(new ServerAddress.Tcp("box", 11300));
    assertThat(ServerAddress.parse("box:1")).isEqualTo(new ServerAddress.Tcp("box", 1));
    assertThat(ServerAddress.parse("[::1]:2")).isEqualTo(new ServerAddress.Tcp("::1", 2));
    assertThat(ServerAddress.parse("unix:/a")).isEqualTo(new ServerAddress.Unix(Path.of("/a")));
    for (var wrong : List.of("", ":1", "a:", "a:b", "a:70000", "a:-1", "[::1", "::1", "unix:")) {
      assertThatIllegalArgumentException()
          .as(wrong)
          .isThrownBy(() -> ServerAddress.parse(wrong))
          .withMessageContaining("'" + wrong + "'");
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
