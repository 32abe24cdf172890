package io.headrace.server.beanstalk;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.journal.VolatileLog;
import io.headrace.queue.TubeName;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the protocol promises, where one connection's script is not enough to show it. */
final class BeanstalkProtocolTest {
  private final TestServer server = new TestServer();
  private final TestServer.Peer peer = server.connect();

  @AfterEach
  void every_rule_of_the_queue_holds() {
    server.close();
  }

  @Test
  void a_job_goes_round() {
    assertThat(peer.put("hello")).isEqualTo("INSERTED 1");
    assertThat(peer.ask("reserve")).isEqualTo("RESERVED 1 5\r\nhello");
    assertThat(peer.ask("delete 1")).isEqualTo("DELETED");
    assertThat(server.bodies.usedBytes()).isZero();
  }

  @Test
  void a_crlf_across_the_224th_byte_ends_the_line() {
    assertThat(peer.send("a".repeat(223) + "\r\nlist-tube-used\r\n"))
        .isEqualTo("BAD_FORMAT\r\nUSING default\r\n");
  }

  @Test
  void a_line_of_222_bytes_is_the_longest() {
    assertThat(peer.ask("a".repeat(222))).isEqualTo("UNKNOWN_COMMAND");
    assertThat(peer.ask("a".repeat(223))).isEqualTo("BAD_FORMAT");
    assertThat(peer.ask("a".repeat(100_000))).isEqualTo("BAD_FORMAT");
    assertThat(peer.ask("list-tube-used")).isEqualTo("USING default");
  }

  @Test
  void a_carriage_return_alone_does_not_hide_the_end_of_its_line() {
    assertThat(peer.send("a\rb\r\nlist-tube-used\r\n"))
        .isEqualTo("UNKNOWN_COMMAND\r\nUSING default\r\n");
    assertThat(peer.send("a".repeat(300) + "\r\r\nlist-tube-used\r\n"))
        .isEqualTo("BAD_FORMAT\r\nUSING default\r\n");
  }

  @Test
  void a_line_feed_alone_ends_nothing() {
    assertThat(peer.send("list-tube-used\nlist-tube-used\n")).isEmpty();
    assertThat(peer.send("\r\n")).isEqualTo("BAD_FORMAT\r\n");
  }

  @Test
  void a_negative_time_out_waits_for_ever() {
    assertThat(peer.ask("reserve-with-timeout -1")).isEmpty();
    server.pass(1_000_000);
    server.connect().put("x");
    assertThat(peer.wire.take()).isEqualTo("RESERVED 1 1\r\nx\r\n");
  }

  @Test
  void a_time_out_that_is_no_number_or_too_large_is_bad_format() {
    assertThat(peer.ask("reserve-with-timeout x")).isEqualTo("BAD_FORMAT");
    assertThat(peer.ask("reserve-with-timeout -x")).isEqualTo("BAD_FORMAT");
    assertThat(peer.ask("reserve-with-timeout ")).isEqualTo("BAD_FORMAT");
    assertThat(peer.ask("reserve-with-timeout 2147483648")).isEqualTo("BAD_FORMAT");
    assertThat(peer.ask("reserve-with-timeout 2147483647")).isEmpty();
  }

  @Test
  void a_reserve_times_out_when_its_time_is_up_and_not_before() {
    assertThat(peer.ask("reserve-with-timeout 3")).isEmpty();
    server.pass(2);
    assertThat(peer.wire.take()).isEmpty();
    server.pass(1);
    assertThat(peer.wire.take()).isEqualTo("TIMED_OUT\r\n");
  }

  @Test
  void a_kick_beyond_32_bits_kicks_all() {
    peer.ask("put 0 100 60 1\r\nx");
    assertThat(peer.ask("kick 4294967296")).isEqualTo("KICKED 1");
  }

  @Test
  void a_waiting_worker_is_told_in_the_turn_of_the_put() {
    var worker = server.connect();
    assertThat(worker.ask("reserve")).isEmpty();
    assertThat(peer.put("x")).isEqualTo("INSERTED 1");
    assertThat(worker.wire.take()).isEqualTo("RESERVED 1 1\r\nx\r\n");
  }

  @Test
  void what_comes_in_the_turn_that_ends_a_wait_stands_behind_what_came_during_it() {
    peer.send("reserve\r\nuse a\r\n");
    server.connect().push("put 0 0 60 1\r\nx\r\n");
    assertThat(peer.send("list-tube-used\r\n"))
        .isEqualTo("RESERVED 1 1\r\nx\r\nUSING a\r\nUSING a\r\n");
  }

  @Test
  void workers_are_served_in_the_order_in_which_they_came() {
    var first = server.connect();
    var second = server.connect();
    first.ask("reserve");
    second.ask("reserve");
    peer.put("a");
    peer.put("b");
    assertThat(first.wire.take()).startsWith("RESERVED 1 ");
    assertThat(second.wire.take()).startsWith("RESERVED 2 ");
  }

  @Test
  void the_jobs_of_a_connection_that_goes_are_ready_at_once() {
    peer.put("x");
    var worker = server.connect();
    worker.ask("reserve");
    var next = server.connect();
    assertThat(next.ask("reserve")).isEmpty();
    worker.disconnect();
    assertThat(next.wire.take()).isEqualTo("RESERVED 1 1\r\nx\r\n");
    assertThat(next.ask("stats-job 1")).contains("\nreserves: 2\ntimeouts: 0\nreleases: 0\n");
  }

  @Test
  void a_job_comes_back_when_its_time_to_run_is_over() {
    peer.ask("put 0 0 2 1\r\nx");
    var worker = server.connect();
    worker.ask("reserve");
    assertThat(peer.ask("reserve")).isEmpty();
    server.pass(2);
    assertThat(peer.wire.take()).isEqualTo("RESERVED 1 1\r\nx\r\n");
    assertThat(worker.ask("delete 1")).isEqualTo("NOT_FOUND");
    assertThat(worker.ask("touch 1")).isEqualTo("NOT_FOUND");
    assertThat(peer.ask("stats")).contains("\njob-timeouts: 1\n");
  }

  @Test
  void a_worker_that_waits_is_warned_a_second_before_it_loses_a_job() {
    peer.ask("put 0 0 3 1\r\nx");
    peer.ask("reserve");
    assertThat(peer.ask("reserve")).isEmpty();
    server.pass(1);
    assertThat(peer.wire.take()).isEmpty();
    server.pass(1);
    assertThat(peer.wire.take()).isEqualTo("DEADLINE_SOON\r\n");
  }

  @Test
  void a_delayed_job_is_ready_when_its_delay_is_over() {
    peer.ask("put 0 5 60 1\r\nx");
    server.pass(4);
    assertThat(peer.ask("peek-ready")).isEqualTo("NOT_FOUND");
    server.pass(1);
    assertThat(peer.ask("peek-ready")).isEqualTo("FOUND 1 1\r\nx");
  }

  @Test
  void a_pause_ends_by_itself() {
    peer.put("x");
    peer.ask("pause-tube default 10");
    assertThat(peer.ask("reserve")).isEmpty();
    server.pass(9);
    assertThat(peer.wire.take()).isEmpty();
    server.pass(1);
    assertThat(peer.wire.take()).isEqualTo("RESERVED 1 1\r\nx\r\n");
  }

  @Test
  void a_half_received_put_is_invisible_and_leaves_nothing_behind() {
    var slow = server.connect();
    slow.send("put 0 0 60 1000\r\nhalf");
    assertThat(peer.ask("peek 1")).isEqualTo("NOT_FOUND");
    assertThat(peer.ask("stats")).contains("\ntotal-jobs: 0\n");
    assertThat(server.bodies.usedBytes()).isPositive();
    slow.disconnect();
    assertThat(server.bodies.usedBytes()).isZero();
  }

  @Test
  void the_checksum_of_a_body_is_right_however_it_came() {
    var other = server.connect();
    peer.send("put 0 0 60 10\r\nhello");
    other.send("put 0 0 60 10\r\nHEL");
    server.connect().put("whole");
    peer.send("world\r\n");
    other.send("LOWORLD\r\n");
    for (long job = 1; job <= 3; job++) {
      var body = server.machine.job(job, 0).orElseThrow().body();
      assertThat(body.crc32c()).isEqualTo(server.bodies.crc32c(body.ref(), body.bytes()));
    }
  }

  @Test
  void a_put_that_is_too_big_is_answered_when_its_last_byte_came() {
    peer.send("put 0 0 60 4294967295\r\n");
    assertThat(peer.send("x".repeat(1_000_000))).isEmpty();
    assertThat(server.bodies.usedBytes()).isZero();
  }

  @Test
  void a_body_without_its_crlf_uses_up_an_id() {
    assertThat(peer.send("put 0 0 60 1\r\nabc")).isEqualTo("EXPECTED_CRLF\r\n");
    assertThat(peer.put("x")).isEqualTo("INSERTED 2");
    assertThat(server.bodies.usedBytes()).isPositive();
  }

  @Test
  void a_draining_server_refuses_puts_after_their_body_and_does_all_else() {
    peer.put("x");
    assertThat(peer.ask("drain")).isEqualTo("DRAIN_ON");
    assertThat(peer.put("y")).isEqualTo("DRAINING");
    assertThat(peer.send("put 0 0 60 1\r\nabc")).isEqualTo("EXPECTED_CRLF\r\n");
    assertThat(peer.ask("stats")).contains("\ndraining: true\n");
    assertThat(peer.ask("reserve")).startsWith("RESERVED 1 ");
    assertThat(peer.ask("undrain")).isEqualTo("DRAIN_OFF");
    assertThat(peer.put("z")).isEqualTo("INSERTED 4");
    assertThat(peer.ask("stats")).contains("\ndraining: false\n");
  }

  @Test
  void a_put_beyond_the_memory_budget_is_out_of_memory_and_its_body_is_skipped() {
    try (var small = new TestServer(new VolatileLog(), 4096, 65_535)) {
      var client = small.connect();
      assertThat(client.put("x".repeat(4096))).isEqualTo("OUT_OF_MEMORY");
      assertThat(client.put("y")).isEqualTo("INSERTED 1");
    }
  }

  @Test
  void the_end_of_input_ends_a_wait_with_timed_out_then_answers_the_rest() {
    assertThat(peer.send("reserve\r\nlist-tube-used\r\nreserve\r\n")).isEmpty();
    assertThat(peer.end()).isEqualTo("TIMED_OUT\r\nUSING default\r\nTIMED_OUT\r\n");
    assertThat(peer.wire.closed).isTrue();
  }

  @Test
  void a_connection_that_never_spoke_closes_with_its_peer() {
    assertThat(peer.end()).isEmpty();
    assertThat(peer.wire.closed).isTrue();
  }

  @Test
  void stats_come_in_the_form_of_beanstalkd_1_13() {
    assertThat(peer.ask("stats"))
        .contains("\nversion: \"1.13\"\n", "\nhostname: \"host\"\n", "\nos: \"#1 SMP\"\n")
        .contains("\nplatform: \"x86_64\"\n", "\npid: 42\n", "\nid: 0123456789abcdef\n")
        .contains("\nrusage-utime: 0.000000\n")
        .contains("\nheadrace-version: \"0.1.0\"\n");
    peer.put("x");
    assertThat(peer.ask("stats-job 1")).contains("\ntube: \"default\"\nstate: ready\n");
    assertThat(peer.ask("stats-tube default")).startsWith("OK ").contains("\nname: \"default\"\n");
  }

  @Test
  void the_length_after_ok_is_that_of_the_text() {
    peer.put("x");
    for (String line : new String[] {"stats", "stats-job 1", "stats-tube default", "list-tubes"}) {
      String reply = peer.send(line + "\r\n");
      int text = reply.indexOf("\r\n") + 2;
      int length = Integer.parseInt(reply.substring(3, text - 2));
      assertThat(reply).as(line).hasSize(text + length + 2).endsWith("\n\r\n");
    }
  }

  @Test
  void connections_count_before_they_speak() {
    server.connect();
    assertThat(peer.ask("stats"))
        .contains("\ncurrent-connections: 2\n", "\ntotal-connections: 2\n");
    assertThat(peer.ask("stats-tube default"))
        .contains("\ncurrent-using: 2\ncurrent-watching: 2\n");
    peer.ask("use x");
    assertThat(peer.ask("stats-tube default"))
        .contains("\ncurrent-using: 1\ncurrent-watching: 2\n");
    assertThat(server.machine.totals().sessions()).isOne();
  }

  @Test
  void a_name_from_elsewhere_is_listed_with_percent_signs() {
    byte[] shown = new byte[100];
    var name = TubeName.of("-a b%\u00e9");
    int length = TubeNames.show(name, shown, 0);
    assertThat(new String(shown, 0, length, StandardCharsets.US_ASCII))
        .isEqualTo("%2Da%20b%25%C3%A9");
  }

  @Test
  void a_thousand_tubes_are_listed_whole() {
    for (int i = 0; i < 1000; i++) {
      peer.ask("use t" + i);
      peer.put("x");
    }
    assertThat(peer.ask("list-tubes").lines()).hasSize(1003).contains("- t0", "- t999");
  }
}
