package io.headrace.server.beanstalk;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.journal.Room;
import io.headrace.queue.Command;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The loop's own duties, seen from a session: time, limits, failure, the end. */
final class QueueLoopTest {
  private final HeldLog log = new HeldLog();
  private final TestServer server = new TestServer(log, 64 << 20, 65_535);
  private final TestServer.Peer peer = server.connect();

  @AfterEach
  void every_rule_of_the_queue_holds() {
    log.holding = false;
    log.failing = false;
    server.close();
  }

  private long logged(Class<? extends Command> kind) {
    return log.commands.stream().filter(kind::isInstance).count();
  }

  @Test
  void the_first_entry_ends_the_sessions_of_earlier_starts() {
    assertThat(log.commands).first().isEqualTo(new Command.Restart(1));
  }

  @Test
  void time_is_logged_when_something_is_due_and_only_then() {
    peer.ask("put 0 10 60 1\r\nx");
    server.pass(9);
    assertThat(logged(Command.Tick.class)).isZero();
    server.pass(1000);
    assertThat(logged(Command.Tick.class)).isOne();
    assertThat(peer.ask("peek-ready")).startsWith("FOUND 1 ");
  }

  @Test
  void a_deadline_that_waits_for_the_disk_keeps_nobody_busy() {
    peer.ask("put 0 10 60 1\r\nx");
    log.holding = true;
    server.pass(1000);
    assertThat(logged(Command.Tick.class)).isOne();
  }

  @Test
  void a_snapshot_has_a_quarter_of_the_loops_time_whoever_speaks() {
    log.slices = 10;
    peer.ask("put 0 0 60 1\r\nx");
    for (int i = 0; i < 10; i++) {
      server.thread.pass(14_000);
      peer.ask("peek-ready");
    }
    assertThat(log.slicesDone).as("140 of 150 us later").isOne();
    server.thread.pass(10_000);
    assertThat(log.slicesDone).isEqualTo(2);
    server.thread.pass(8 * 150_000);
    assertThat(log.slicesDone).as("while nobody speaks").isEqualTo(10);
  }

  @Test
  void a_snapshot_beside_long_turns_has_longer_slices() {
    log.slices = 10;
    peer.ask("peek-ready");
    server.thread.lag(600_000);
    peer.ask("peek-ready");
    assertThat(log.sliceNs).isEqualTo(200_000);
    server.thread.lag(60_000_000);
    peer.ask("peek-ready");
    assertThat(log.sliceNs).isEqualTo(250_000);
  }

  @Test
  void a_snapshot_that_makes_room_has_all_of_it() {
    log.slices = 10;
    peer.ask("peek-ready");
    assertThat(log.slicesDone).isOne();
    log.room = Room.NO_PUTS;
    peer.ask("peek-ready");
    assertThat(log.slicesDone).isEqualTo(10);
  }

  @Test
  void what_is_safe_is_applied_before_a_snapshot_may_begin_also_when_a_turn_gives_up() {
    log.safeAtOnce = true;
    int times = 100; // each is a round; a turn gives up after 32
    String replies =
        peer.send("touch 1\r\nput 0 0 60 1\r\nx\r\nreserve-with-timeout 0\r\n".repeat(times));
    assertThat(log.putsNotInSnapshot).isZero();
    assertThat(replies).contains("INSERTED " + times + "\r\nRESERVED " + times + " 1\r\n");
  }

  private static final String PUT = "put 0 0 60 1\r\nx\r\n";

  /** Puts of one who is there in time for this look at the sockets. */
  private void putInTime(TestServer.Peer by, int puts) {
    by.push(PUT.repeat(puts));
    assertThat(server.thread.step()).isTrue();
  }

  @Test
  void puts_that_come_one_after_the_other_are_forced_together() {
    var other = server.connect();
    peer.put("opens the session");
    other.put("opens the session");
    log.batches.clear();
    putInTime(peer, 4);
    assertThat(log.batches).isEmpty();
    putInTime(other, 3);
    assertThat(log.batches).containsExactly(7);
    assertThat(peer.wire.take()).contains("INSERTED 3\r\n", "INSERTED 6\r\n");
    assertThat(other.wire.take()).contains("INSERTED 7\r\n", "INSERTED 9\r\n");
  }

  @Test
  void what_is_safe_at_once_waits_likewise_to_be_told() {
    log.safeAtOnce = true;
    peer.send(PUT.repeat(4));
    log.batches.clear();
    peer.push("reserve-with-timeout 0\r\n".repeat(4));
    assertThat(server.thread.step()).isTrue();
    assertThat(log.batches).isEmpty();
    assertThat(peer.wire.take()).isEmpty();
    assertThat(server.thread.step()).isTrue();
    assertThat(log.batches).containsExactly(4);
    assertThat(peer.wire.take()).contains("RESERVED 1 1", "RESERVED 4 1");
  }

  @Test
  void who_waited_for_a_job_hears_of_it_before_who_has_put_it() {
    var worker = server.connect();
    worker.send("reserve\r\n");
    var heard = new ArrayList<String>();
    worker.wire.whenFlushed = () -> heard.add("worker");
    peer.wire.whenFlushed = () -> heard.add("producer");
    assertThat(peer.send(PUT)).startsWith("INSERTED");
    assertThat(worker.wire.take()).startsWith("RESERVED");
    assertThat(heard).containsExactly("worker", "producer");
  }

  @Test
  void who_is_heard_while_a_force_waits_has_its_own_time() {
    peer.put("opens the session");
    putInTime(peer, 4);
    server.thread.lag(60_000_000_000L);
    peer.disconnect();
    server.connect().ask("reserve-with-timeout 0");
    assertThat(logged(Command.SessionClose.class)).isOne();
    long stampNs = log.stampsNs.get(log.commands.indexOf(closing()));
    assertThat(stampNs - log.stampsNs.getFirst()).isGreaterThanOrEqualTo(60_000_000_000L);
  }

  private Command closing() {
    return log.commands.stream()
        .filter(Command.SessionClose.class::isInstance)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void a_few_entries_are_forced_at_once() {
    peer.put("opens the session");
    log.batches.clear();
    putInTime(peer, 3);
    assertThat(log.batches).containsExactly(3);
  }

  @Test
  void however_many_come_a_force_waits_only_for_some_looks_at_the_sockets() {
    peer.put("opens the session");
    log.batches.clear();
    for (int i = 0; i < 4; i++) {
      putInTime(peer, 4);
      assertThat(log.batches).isEmpty();
    }
    putInTime(peer, 4);
    assertThat(log.batches).containsExactly(20);
  }

  @Test
  void what_is_too_much_for_one_entry_goes_on_by_itself() {
    for (int i = 0; i < 2500; i++) {
      peer.push("put 0 1 60 1\r\nx\r\n");
    }
    peer.send("");
    assertThat(peer.ask("kick 2000")).isEqualTo("KICKED 2000");
    assertThat(logged(Command.Continue.class)).isBetween(1L, 2L);
    server.pass(1);
    assertThat(peer.ask("stats")).contains("\ncurrent-jobs-ready: 2500\n");
  }

  @Test
  void at_the_limit_of_pending_requests_sessions_stop_reading_and_then_go_on() {
    log.holding = true;
    String lines = "touch 1\r\n".repeat(BeanstalkSession.UNANSWERED_MAX);
    var crowd = new ArrayList<TestServer.Peer>();
    while (!server.loop.isFull()) {
      crowd.add(server.connect());
      crowd.getLast().push(lines);
    }
    assertThat(crowd).hasSize(65_536 / BeanstalkSession.UNANSWERED_MAX);
    int sent = 0;
    while (peer.wire.reading) {
      peer.push(lines);
      sent += BeanstalkSession.UNANSWERED_MAX;
    }
    var other = server.connect();
    assertThat(other.send("touch 1\r\n")).isEmpty();
    log.holding = false;
    server.loop.wake();
    server.thread.run();
    assertThat(peer.wire.reading).isTrue();
    assertThat(peer.wire.take()).isEqualTo("NOT_FOUND\r\n".repeat(sent));
    for (var one : crowd) {
      assertThat(one.wire.take())
          .isEqualTo("NOT_FOUND\r\n".repeat(BeanstalkSession.UNANSWERED_MAX));
    }
    assertThat(other.wire.take()).isEqualTo("NOT_FOUND\r\n");
  }

  @Test
  void after_a_failure_nothing_is_acknowledged() {
    peer.push("put 0 0 60 1\r\nx\r\n");
    log.failing = true;
    server.thread.run();
    assertThat(peer.send("put 0 0 60 1\r\ny\r\nlist-tube-used\r\n")).isEmpty();
    peer.disconnect();
    assertThat(server.failures).hasSize(1);
  }

  @Test
  void a_close_answers_what_is_safe_by_then() {
    log.holding = true;
    peer.send("put 0 0 60 1\r\nx\r\n");
    server.loop.close();
    assertThat(log.closed).isTrue();
    assertThat(peer.wire.take()).isEqualTo("INSERTED 1\r\n");
    assertThat(peer.send("put 0 0 60 1\r\ny\r\n")).isEmpty();
    assertThat(log.commands).last().isInstanceOf(Command.Put.class);
    assertThat(server.machine.lastJob()).isOne();
  }

  @Test
  void a_disk_that_is_nearly_full_takes_no_puts() {
    peer.put("x");
    log.room = Room.NO_PUTS;
    assertThat(peer.put("y")).isEqualTo("OUT_OF_MEMORY");
    assertThat(peer.ask("reserve")).startsWith("RESERVED 1 ");
    assertThat(peer.ask("release 1 0 0")).isEqualTo("RELEASED");
    assertThat(peer.ask("delete 1")).isEqualTo("DELETED");
    log.room = Room.ALL;
    assertThat(peer.put("z")).isEqualTo("INSERTED 2");
  }

  @Test
  void a_put_that_began_before_the_disk_was_nearly_full_is_refused_at_its_end() {
    peer.send("put 0 0 60 1\r\n");
    log.room = Room.NO_PUTS;
    assertThat(peer.send("x\r\n")).isEqualTo("OUT_OF_MEMORY\r\n");
    assertThat(server.bodies.usedBytes()).isZero();
  }

  @Test
  void a_disk_that_is_all_but_full_takes_deletes_only() {
    peer.put("x");
    peer.put("y");
    peer.ask("reserve");
    log.room = Room.ENDS_ONLY;
    for (String line :
        new String[] {
          "reserve",
          "reserve-with-timeout 0",
          "reserve-job 2",
          "release 1 0 0",
          "bury 1 0",
          "touch 1",
          "kick 1",
          "kick-job 2",
          "use a",
          "watch a",
          "ignore a",
          "pause-tube default 1",
        }) {
      assertThat(peer.ask(line)).as(line).isEqualTo("OUT_OF_MEMORY");
    }
    assertThat(peer.ask("delete 1")).isEqualTo("DELETED");
    assertThat(server.connect().ask("delete 2")).isEqualTo("DELETED");
    assertThat(peer.ask("clear-tube default")).isEqualTo("CLEARED 0");
    assertThat(peer.ask("peek 1")).isEqualTo("NOT_FOUND");
  }

  @Test
  void a_session_is_opened_with_its_first_command_and_closed_with_its_connection() {
    assertThat(logged(Command.SessionOpen.class)).isZero();
    peer.ask("touch 1");
    peer.ask("touch 2");
    assertThat(logged(Command.SessionOpen.class)).isOne();
    peer.disconnect();
    assertThat(log.commands).last().isInstanceOf(Command.SessionClose.class);
  }
}
