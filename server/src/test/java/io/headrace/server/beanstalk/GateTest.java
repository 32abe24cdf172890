package io.headrace.server.beanstalk;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.Command;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a session stops decoding, what becomes of the bytes that come meanwhile, and after FIN. */
final class GateTest {
  private final HeldLog log = new HeldLog();
  private final TestServer server = new TestServer(log, 64 << 20, 65_535);
  private final TestServer.Peer peer = server.connect();

  @AfterEach
  void every_rule_of_the_queue_holds() {
    log.holding = false;
    server.close();
  }

  private void safe() {
    log.holding = false;
    server.loop.wake();
    server.thread.run();
  }

  @Test
  void nothing_is_answered_before_its_entry_is_safe() {
    log.holding = true;
    assertThat(peer.send("put 0 0 60 1\r\nx\r\nreserve\r\nstats-job 1\r\nbad\r\n")).isEmpty();
    safe();
    assertThat(peer.wire.take())
        .startsWith("INSERTED 1\r\nRESERVED 1 1\r\nx\r\nOK ")
        .endsWith("UNKNOWN_COMMAND\r\n");
  }

  @Test
  void a_refusal_waits_for_the_answers_before_it() {
    log.holding = true;
    assertThat(peer.send("put 0 0 60 1\r\nx\r\nbad\r\nput 0 0 60 1\r\nabc")).isEmpty();
    safe();
    assertThat(peer.wire.take()).isEqualTo("INSERTED 1\r\nUNKNOWN_COMMAND\r\nEXPECTED_CRLF\r\n");
  }

  @Test
  void what_is_safe_at_once_is_answered_at_once_and_told_when_the_log_allows_it() {
    peer.put("x");
    peer.put("y");
    log.safeAtOnce = true;
    log.holding = true;
    var other = server.connect();
    assertThat(peer.send("reserve\r\ndelete 1\r\nreserve\r\n")).isEmpty();
    assertThat(other.send("stats-job 2\r\n")).isEmpty();
    assertThat(log.commands).last().isInstanceOf(Command.Reserve.class);
    safe();
    assertThat(peer.wire.take()).isEqualTo("RESERVED 1 1\r\nx\r\nDELETED\r\nRESERVED 2 1\r\ny\r\n");
    assertThat(other.wire.take()).contains("\nstate: reserved\n");
  }

  @Test
  void a_connection_that_may_not_be_told_yet_closes_when_it_may() {
    log.safeAtOnce = true;
    log.holding = true;
    peer.send("touch 1\r\nquit\r\n");
    assertThat(peer.wire.closed).isFalse();
    safe();
    assertThat(peer.wire.take()).isEqualTo("NOT_FOUND\r\n");
    assertThat(peer.wire.closed).isTrue();
  }

  @Test
  void replies_beyond_the_limit_wait_for_the_log_too() {
    peer.put("x".repeat(65_535));
    log.safeAtOnce = true;
    log.holding = true;
    assertThat(peer.send("touch 1\r\npeek 1\r\npeek 1\r\npeek 1\r\n")).isEmpty();
    safe();
    assertThat(peer.wire.take())
        .startsWith("NOT_FOUND\r\nFOUND 1 65535\r\nx")
        .hasSizeGreaterThan(3 * 65_535);
  }

  @Test
  void after_a_reserve_nothing_of_the_session_is_submitted_until_it_is_answered() {
    log.holding = true;
    peer.send("reserve\r\nput 0 0 60 1\r\nx\r\n");
    assertThat(log.commands).noneMatch(command -> command instanceof Command.Put);
    safe();
    assertThat(log.commands).noneMatch(command -> command instanceof Command.Put);
    server.connect().put("y");
    assertThat(peer.wire.take()).isEqualTo("RESERVED 1 1\r\ny\r\nINSERTED 2\r\n");
  }

  @Test
  void a_waiting_session_saves_one_buffer_and_leaves_the_rest_in_the_kernel() {
    peer.send("reserve\r\n");
    String line = "list-tube-used\r\n";
    String lines = line.repeat(SessionInput.SAVED_BYTES_MAX / line.length());
    assertThat(peer.send(lines.substring(line.length()))).isEmpty();
    assertThat(peer.wire.reading).isTrue();
    peer.send(line);
    assertThat(peer.wire.reading).isFalse();
    server.connect().put("x");
    assertThat(peer.wire.reading).isTrue();
    assertThat(peer.wire.take())
        .startsWith("RESERVED 1 1\r\nx\r\nUSING default\r\n")
        .hasSize("RESERVED 1 1\r\nx\r\n".length() + lines.length() / 16 * 15);
  }

  @Test
  void a_peer_that_does_not_read_is_not_decoded_for() {
    peer.wire.writable = false;
    assertThat(peer.send("put 0 0 60 1\r\nx\r\nlist-tube-used\r\n")).isEmpty();
    assertThat(server.machine.lastJob()).isZero();
    peer.wire.writable = true;
    peer.conversation.writable();
    server.thread.run();
    assertThat(peer.wire.take()).isEqualTo("INSERTED 1\r\nUSING default\r\n");
  }

  @Test
  void replies_beyond_the_limit_are_sent_before_more_are_made() {
    peer.put("x".repeat(65_535));
    int flushes = peer.wire.flushes;
    String replies = peer.send("peek 1\r\n".repeat(100));
    assertThat(replies).hasSize(100 * ("FOUND 1 65535\r\n".length() + 65_537));
    assertThat(peer.wire.flushes - flushes).isGreaterThan(20);
  }

  @Test
  void large_replies_are_sent_before_others_are_served() {
    try (var memoryOnly = new TestServer()) {
      var other = memoryOnly.connect();
      other.put("x".repeat(20_000));
      other.put("y");
      other.push("reserve\r\n");
      assertThat(other.wire.take()).startsWith("RESERVED 1 20000\r\nx").hasSize(20_020);
      other.push("reserve\r\n");
      assertThat(other.wire.take()).as("a small one waits for the end of the turn").isEmpty();
      memoryOnly.thread.run();
      assertThat(other.wire.take()).isEqualTo("RESERVED 2 1\r\ny\r\n");
    }
  }

  @Test
  void large_replies_wait_for_the_log() {
    peer.put("x".repeat(20_000));
    log.safeAtOnce = true;
    log.holding = true;
    peer.push("reserve\r\n");
    assertThat(peer.wire.take()).isEmpty();
    safe();
    assertThat(peer.wire.take()).startsWith("RESERVED 1 20000\r\nx");
  }

  @Test
  void it_is_known_whether_a_large_body_has_begun_that_is_kept() {
    String body = "x".repeat(BeanstalkDecoder.LARGE_BODY_BYTES);
    peer.push("put 0 0 60 " + body.length() + "\r\n");
    assertThat(peer.conversation.isMidLargeBody()).isTrue();
    peer.push(body);
    assertThat(peer.conversation.isMidLargeBody()).isFalse();
    peer.push("\r\nput 0 0 60 " + body.length() + "\r\nx");
    assertThat(peer.conversation.isMidLargeBody()).isTrue();
    peer.push(body.substring(1) + "\r\nput 0 0 60 4095\r\nx");
    assertThat(peer.conversation.isMidLargeBody()).as("a small one").isFalse();
    peer.push("x".repeat(4094) + "\r\nput 0 0 60 66000\r\nx");
    assertThat(peer.conversation.isMidLargeBody()).as("too big: it is not kept").isFalse();
  }

  @Test
  void small_replies_of_a_turn_are_sent_at_once() {
    int flushes = peer.wire.flushes;
    peer.send("put 0 0 60 1\r\nx\r\n".repeat(100));
    assertThat(peer.wire.flushes - flushes).isOne();
  }

  @Test
  void commands_before_the_end_of_input_are_all_answered() {
    log.holding = true;
    peer.push("put 0 0 60 1\r\nx\r\nreserve\r\nreserve\r\nlist-tube-used\r\n");
    assertThat(peer.end()).isEmpty();
    assertThat(peer.wire.closed).isFalse();
    safe();
    assertThat(peer.wire.take())
        .isEqualTo("INSERTED 1\r\nRESERVED 1 1\r\nx\r\nTIMED_OUT\r\nUSING default\r\n");
    assertThat(peer.wire.closed).isTrue();
  }

  @Test
  void quit_closes_when_all_before_it_is_answered_and_nothing_after_it_is_read() {
    log.holding = true;
    peer.send("put 0 0 60 1\r\nx\r\nquit\r\nput 0 0 60 1\r\ny\r\n");
    assertThat(peer.wire.closed).isFalse();
    safe();
    assertThat(peer.wire.take()).isEqualTo("INSERTED 1\r\n");
    assertThat(peer.wire.closed).isTrue();
    assertThat(server.machine.lastJob()).isOne();
  }

  @Test
  void an_answer_for_a_connection_that_is_gone_is_dropped() {
    log.holding = true;
    peer.send("put 0 0 60 1\r\nx\r\nreserve\r\n");
    peer.disconnect();
    safe();
    assertThat(peer.wire.take()).isEmpty();
    assertThat(server.connect().ask("reserve")).isEqualTo("RESERVED 1 1\r\nx");
  }

  @Test
  void a_connection_that_is_closed_by_another_says_nothing_more() {
    log.holding = true;
    peer.send("put 0 0 60 1\r\nx\r\n");
    assertThat(server.connect().ask("close-connection 1")).isEqualTo("CLOSED");
    safe();
    assertThat(peer.wire.closed).isTrue();
    assertThat(peer.wire.take()).isEmpty();
  }

  @Test
  void a_connection_that_asks_nothing_of_the_queue_is_not_logged() {
    int entries = log.commands.size();
    peer.send("stats\r\nlist-tubes\r\nlist-tubes-watched\r\npeek 1\r\npeek-ready\r\nbad\r\n");
    peer.disconnect();
    assertThat(log.commands).hasSize(entries);
  }

  /** Each of a crowd may have asked nothing before: together they still get but their share. */
  @Test
  void a_crowd_that_asks_at_once_gets_a_few_answers_a_millisecond() {
    var crowd = new ArrayList<TestServer.Peer>();
    for (int i = 0; i < 50; i++) {
      crowd.add(server.connect());
    }
    server.thread.pass(TestServer.SECOND_NS);
    crowd.forEach(one -> one.push("stats\r\nlist-tube-used\r\n"));
    var worker = server.connect();
    assertThat(worker.put("work")).startsWith("INSERTED ");
    int answered = 0;
    for (int ms = 0; ms < 20; ms++) {
      int now = 0;
      for (var one : crowd) {
        now += one.wire.take().endsWith("USING default\r\n") ? 1 : 0;
      }
      assertThat(now).isLessThanOrEqualTo(ms == 0 ? 8 : 3);
      answered += now;
      server.thread.pass(1_000_000);
    }
    assertThat(answered).isEqualTo(50);
  }
}
