package io.headrace.server.beanstalk;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.journal.VolatileLog;
import io.headrace.server.ClientFault;
import io.headrace.server.PeerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of peers that are slow with their commands, or send more than their share. */
final class SlowPeerTest {
  private static final int TIMEOUT_S = 10;
  private static final int BUDGET_BYTES = 1 << 20;

  private final TestServer server =
      new TestServer(
          new VolatileLog(),
          BUDGET_BYTES,
          65_535,
          new PeerOptions(
              Optional.empty(),
              Optional.of(Duration.ofSeconds(TIMEOUT_S)),
              Optional.empty(),
              PeerOptions.INPUT_BYTES_MIN));
  private final TestServer.Peer peer = server.connect();

  @AfterEach
  void every_rule_of_the_queue_holds() {
    server.close();
  }

  private long count(ClientFault fault) {
    return server.protocol.faults.of(fault);
  }

  @Test
  void a_line_that_is_begun_and_not_ended_closes_its_connection() {
    peer.send("put 0 0 60");
    server.passAndSweep(TIMEOUT_S);
    assertThat(peer.wire.closed).isFalse();
    server.passAndSweep(1);
    assertThat(peer.wire.closed).isTrue();
    assertThat(count(ClientFault.UNFINISHED)).isOne();
  }

  @Test
  void of_a_crowd_that_is_late_a_few_are_closed_at_a_time_and_in_the_end_all() {
    var crowd = new ArrayList<TestServer.Peer>();
    for (int i = 0; i < 30; i++) {
      crowd.add(server.connect());
      crowd.getLast().send("put 0 0 60");
    }
    server.pass(TIMEOUT_S + 1);
    server.loop.arrived();
    int pieces = 0;
    long before = 0;
    for (boolean more = true; more; pieces++) {
      more = server.protocol.sweep();
      server.thread.run();
      long closed = crowd.stream().filter(one -> one.wire.closed).count();
      assertThat(closed - before).isLessThanOrEqualTo(OpenCommands.CLOSES_A_PIECE);
      before = closed;
      // Others come and go meanwhile.
      if (pieces < 5) {
        crowd.get(pieces).disconnect();
        server.connect().send("put 0 0 60");
      }
    }
    assertThat(crowd.stream().skip(5)).allMatch(one -> one.wire.closed);
    assertThat(pieces).isGreaterThan(5);
  }

  @Test
  void a_byte_a_second_does_not_save_it() {
    for (int i = 0; i <= TIMEOUT_S; i++) {
      peer.send("x");
      server.passAndSweep(1);
    }
    assertThat(peer.wire.closed).isTrue();
  }

  @Test
  void nor_does_a_line_that_never_ends_however_fast_it_comes() {
    for (int i = 0; i <= TIMEOUT_S; i++) {
      peer.send("x".repeat(100_000));
      server.passAndSweep(1);
    }
    assertThat(peer.wire.closed).isTrue();
  }

  @Test
  void who_says_nothing_may_stay() {
    var spoken = server.connect();
    spoken.ask("use mail");
    server.passAndSweep(1_000_000);
    assertThat(peer.wire.closed).isFalse();
    assertThat(spoken.wire.closed).isFalse();
    assertThat(spoken.ask("list-tube-used")).isEqualTo("USING mail");
  }

  @Test
  void a_body_of_more_than_a_KiB_a_second_is_waited_for() {
    int bytes = 60_000;
    peer.send("put 0 0 60 " + bytes + "\r\n");
    for (int sent = 0; sent < bytes; sent += 1_200) {
      peer.send("x".repeat(1_200));
      server.passAndSweep(1);
    }
    assertThat(peer.send("\r\n")).isEqualTo("INSERTED 1\r\n");
    server.passAndSweep(1_000);
    assertThat(peer.wire.closed).isFalse();
  }

  @Test
  void a_slower_one_is_not_and_its_room_is_given_back() {
    peer.send("put 0 0 60 60000\r\n");
    assertThat(server.bodies.usedBytes()).isPositive();
    for (int i = 0; i < 3 * TIMEOUT_S; i++) {
      assertThat(peer.wire.closed).as("after %d s", i).isEqualTo(i > 2 * TIMEOUT_S - 1);
      if (!peer.wire.closed) {
        peer.send("x".repeat(500));
        server.passAndSweep(1);
      }
    }
    peer.disconnect();
    assertThat(server.bodies.usedBytes()).isZero();
  }

  @Test
  void a_body_that_is_skipped_has_to_keep_the_same_rate() {
    peer.send("put 0 0 60 4000000000\r\n");
    for (int i = 0; i < 5 * TIMEOUT_S; i++) {
      peer.send("x".repeat(1_200));
      server.passAndSweep(1);
    }
    assertThat(peer.wire.closed).isFalse();
    server.passAndSweep(4 * TIMEOUT_S);
    assertThat(peer.wire.closed).isTrue();
  }

  @Test
  void each_command_has_a_time_of_its_own() {
    peer.send("use");
    for (int i = 0; i < 10; i++) {
      server.passAndSweep(TIMEOUT_S - 1);
      assertThat(peer.send(" a" + i + "\r\nuse")).isEqualTo("USING a" + i + "\r\n");
    }
    assertThat(peer.wire.closed).isFalse();
  }

  @Test
  void time_in_which_the_session_itself_does_not_decode_does_not_count() {
    peer.send("reserve\r\nlist-tube");
    server.passAndSweep(1_000);
    assertThat(peer.wire.closed).isFalse();
    server.connect().put("x");
    server.passAndSweep(TIMEOUT_S);
    assertThat(peer.wire.closed).isFalse();
    assertThat(peer.send("-used\r\nlist")).endsWith("USING default\r\n");
    server.passAndSweep(TIMEOUT_S + 1);
    assertThat(peer.wire.closed).isTrue();
  }

  @Test
  void only_those_are_closed_who_owe_something() {
    List<TestServer.Peer> peers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      peers.add(server.connect());
      peers.getLast().send("list-tube");
    }
    for (int i = 0; i < 20; i += 3) {
      assertThat(peers.get(i).send("-used\r\n")).isEqualTo("USING default\r\n");
    }
    peers.get(1).disconnect();
    server.passAndSweep(TIMEOUT_S + 1);
    for (int i = 0; i < 20; i++) {
      assertThat(peers.get(i).wire.closed).as("peer %d", i).isEqualTo(i % 3 != 0 && i != 1);
    }
    assertThat(count(ClientFault.UNFINISHED)).isEqualTo(12);
  }

  @Test
  void bodies_that_are_announced_and_not_sent_hold_half_of_the_memory_together() {
    int announced = 100;
    for (int i = 0; i < announced; i++) {
      server.connect().send("put 0 0 60 60000\r\n");
    }
    assertThat(server.bodies.usedBytes()).isBetween(BUDGET_BYTES / 4L, BUDGET_BYTES * 3L / 4);
    assertThat(peer.put("x".repeat(60_000))).isEqualTo("INSERTED 1");
    server.passAndSweep(TIMEOUT_S + 1);
    assertThat(count(ClientFault.UNFINISHED)).isEqualTo(announced);
  }

  @Test
  void what_is_sent_ahead_shares_one_budget_and_is_all_answered() {
    String lines = "list-tube-used\r\n".repeat(4_096);
    int crowd = 100;
    List<TestServer.Peer> peers = new ArrayList<>();
    int[] sent = new int[crowd];
    for (int i = 0; i < crowd; i++) {
      peers.add(server.connect());
      peers.getLast().send("reserve\r\n");
    }
    for (int i = 0; i < crowd; i++) {
      int more = 1;
      while (more > 0 && sent[i] < lines.length()) {
        more = peers.get(i).offer(lines.substring(sent[i]));
        sent[i] += more;
      }
      assertThat(sent[i]).isGreaterThanOrEqualTo(SessionInput.SMALL_BYTES);
    }
    // A buffer may be twice as large as what is in it.
    long most = 2 * (PeerOptions.INPUT_BYTES_MIN + (long) crowd * SessionInput.SMALL_BYTES);
    assertThat(server.protocol.input.usedBytes()).isBetween(most / 4, most);
    assertThat(peers).filteredOn(one -> !one.wire.reading).hasSizeGreaterThan(crowd / 2);
    for (int i = 0; i < crowd; i++) {
      peer.put("x");
    }
    for (int i = 0; i < crowd; i++) {
      assertThat(peers.get(i).wire.reading).isTrue();
      while (sent[i] < lines.length()) {
        sent[i] += peers.get(i).offer(lines.substring(sent[i]));
      }
      String all = peers.get(i).wire.take();
      assertThat(all.substring(all.indexOf("USING"))).isEqualTo("USING default\r\n".repeat(4_096));
    }
    assertThat(server.protocol.input.usedBytes()).isZero();
  }

  @Test
  void who_asks_on_and_on_is_answered_a_few_at_a_time() {
    peer.push("stats\r\n".repeat(1_000));
    var other = server.connect();
    other.push("stats\r\n");
    server.thread.run();
    int atOnce = answers(peer.wire.take());
    assertThat(atOnce).isEqualTo(8);
    server.thread.pass(1_000_000);
    int then = answers(peer.wire.take());
    assertThat(then).isBetween(1, 2);
    assertThat(answers(other.wire.take())).isOne();
    server.pass(1);
    assertThat(atOnce + then + answers(peer.wire.take())).isEqualTo(1_000);
  }

  private static int answers(String out) {
    return out.split("\ncurrent-jobs-urgent:", -1).length - 1;
  }

  @Test
  void each_kind_of_fault_is_counted_and_shown() {
    peer.send("stat\r\nstatsx\r\n" + "x".repeat(300) + "\r\nput 0 0 60 70000\r\n");
    peer.send("y".repeat(70_002));
    peer.send("put 0 0 60 1\r\nabc");
    assertThat(peer.ask("stats"))
        .contains(
            "\nheadrace-faults-bad-format: 1\n",
            "\nheadrace-faults-too-long: 1\n",
            "\nheadrace-faults-unknown: 1\n",
            "\nheadrace-faults-oversized: 1\n",
            "\nheadrace-faults-no-crlf: 1\n",
            "\nheadrace-faults-unfinished: 0\n");
  }
}
