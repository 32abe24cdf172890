package io.headrace.server.beanstalk;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.journal.Room;
import io.headrace.journal.VolatileLog;
import io.headrace.queue.AttemptEnd;
import io.headrace.queue.Command;
import io.headrace.queue.Limits;
import io.headrace.server.Loss;
import io.headrace.server.Reloaded;
import io.headrace.server.captures.RecorderOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is kept with a job of what its holder sent before its connection was gone. */
final class LastSentTest {
  private static final String NONE = "";

  private final TestServer server = new TestServer();
  private final TestServer.Peer peer = server.connect();

  @AfterEach
  void every_rule_of_the_queue_holds() {
    server.close();
  }

  /** What the last attempt of a job says, as a client reads it. */
  private static String lastSent(TestServer.Peer asker, long job) {
    String shown = asker.send("show-job " + job + "\r\n");
    String attempt = shown.substring(shown.lastIndexOf("\n- attempt:"));
    String key = "\n  last-sent: \"";
    int at = attempt.indexOf(key);
    return at < 0
        ? NONE
        : attempt.substring(at + key.length(), attempt.lastIndexOf('"')).replace("\\\\", "\\");
  }

  @ParameterizedTest
  @EnumSource
  void a_holder_that_is_gone_leaves_the_end_of_what_it_sent(Loss how) {
    peer.put("boom");
    TestServer.Peer worker = server.worker();
    worker.send("touch 1\r\nput 0 0 60 100\r\nhalf of \"it\"\\");
    worker.conversation.disconnected(how);
    server.thread.run();

    assertThat(lastSent(peer, 1))
        .isEqualTo(
            "reserve-with-timeout 0\\r\\ntouch 1\\r\\nput 0 0 60 100\\r\\nhalf of \\\"it\\\"\\\\");
  }

  @Test
  void a_holder_that_the_server_closes_leaves_it_too() {
    peer.put("fine");
    TestServer.Peer worker = server.worker();
    assertThat(peer.ask("close-connection 2")).isEqualTo("CLOSED");
    worker.conversation.disconnected(Loss.CLOSED);
    assertThat(lastSent(peer, 1)).isEqualTo("reserve-with-timeout 0\\r\\n");
  }

  @Test
  void twenty_deaths_of_one_host_within_a_minute_leave_it_all() {
    int deaths = 20;
    for (int i = 1; i <= deaths; i++) {
      peer.put("boom");
    }
    for (int i = 1; i <= deaths; i++) {
      TestServer.Peer worker = server.connect();
      assertThat(worker.ask("reserve-job " + i)).startsWith("RESERVED");
      worker.send("touch " + i + "\r\nhalf " + i);
      worker.disconnect();
    }
    for (int i = 1; i <= deaths; i++) {
      // Questions wait for their turn when many are asked at once.
      server.pass(1);
      assertThat(lastSent(peer, i)).endsWith("\\r\\ntouch " + i + "\\r\\nhalf " + i);
    }
    assertThat(server.captures.all()).hasSize(6);
  }

  @Test
  void a_long_history_is_cut_to_its_last_lines() {
    peer.put("boom");
    TestServer.Peer worker = server.worker();
    worker.send("touch 1\r\n".repeat(1_000) + "dele");
    worker.disconnect();
    assertThat(lastSent(peer, 1))
        .hasSizeLessThanOrEqualTo(Limits.LAST_SENT_CHARS_MAX)
        .isEqualTo("touch 1\\r\\n".repeat(8) + "dele");
  }

  @Test
  void who_quits_leaves_nothing() {
    peer.put("fine");
    TestServer.Peer worker = server.worker();
    worker.send("quit\r\n");
    worker.conversation.disconnected(Loss.CLOSED);
    assertThat(lastSent(peer, 1)).isEqualTo(NONE);
  }

  @Test
  void who_loses_its_job_to_time_leaves_it_each_time_and_goes_on() {
    peer.put("slow");
    TestServer.Peer worker = server.worker();
    worker.send("touch 1\r\nstats\r\n");
    server.pass(60);
    assertThat(peer.send("show-job 1\r\n")).containsOnlyOnce("how: timed-out\n");
    assertThat(lastSent(peer, 1)).isEqualTo("reserve-with-timeout 0\\r\\ntouch 1\\r\\nstats\\r\\n");

    assertThat(worker.ask("reserve-with-timeout 0")).startsWith("RESERVED 1");
    server.pass(59);
    worker.send("half a ");
    server.pass(1);
    assertThat(lastSent(peer, 1)).endsWith("\\r\\nstats\\r\\nreserve-with-timeout 0\\r\\nhalf a ");
    assertThat(worker.send("word\r\n")).isEqualTo("UNKNOWN_COMMAND\r\n");
  }

  @Test
  void who_loses_many_jobs_at_once_leaves_it_with_each() {
    int jobs = 2_500;
    TestServer.Peer worker = server.connect();
    worker.send("put 0 0 60 1\r\nx\r\n".repeat(jobs) + "reserve\r\n".repeat(jobs));
    TestServer.Peer other = server.connect();
    other.put("other");
    other.ask("reserve");
    worker.send("list-tubes\r\n");
    server.pass(60);

    String said = "reserve\\r\\n".repeat(7) + "list-tubes\\r\\n";
    for (long job = 1; job <= jobs; job++) {
      assertThat(server.machine.history(job).orElseThrow().attempts())
          .singleElement()
          .matches(attempt -> attempt.how() == AttemptEnd.TIMED_OUT)
          .matches(attempt -> attempt.lastSent().equals(said));
    }
    assertThat(lastSent(peer, jobs + 1)).endsWith("other\\r\\nreserve\\r\\n");
  }

  @Test
  void one_entry_tells_it_of_many_jobs_when_nothing_more_is_due() {
    int jobs = Limits.CHANGES_MAX + 150;
    var log = new HeldLog();
    try (var logged = new TestServer(log, 4 << 20, 1_000)) {
      TestServer.Peer worker = logged.connect();
      worker.send("put 0 0 60 1\r\nx\r\n".repeat(jobs) + "reserve\r\n".repeat(jobs));
      int before = log.commands.size();
      logged.pass(60);
      assertThat(log.commands.subList(before, before + 2))
          .containsExactly(new Command.Tick(), new Command.Tick());
      List<Command.LastSent> told = told(log);
      assertThat(log.commands.subList(before + 2, log.commands.size())).isEqualTo(told);
      assertThat(told)
          .hasSize(12)
          .extracting(one -> one.jobs().size())
          .startsWith(100)
          .endsWith(50);
    }
  }

  private static List<Command.LastSent> told(HeldLog log) {
    return log.commands.stream()
        .filter(Command.LastSent.class::isInstance)
        .map(Command.LastSent.class::cast)
        .toList();
  }

  @Test
  void it_waits_while_the_log_is_short_of_room() {
    var log = new HeldLog();
    try (var full = new TestServer(log, 4 << 20, 1_000)) {
      TestServer.Peer worker = full.connect();
      worker.put("slow");
      worker.ask("reserve");
      log.room = Room.ENDS_ONLY;
      full.pass(60);
      assertThat(full.machine.history(1).orElseThrow().attempts()).hasSize(1);
      assertThat(told(log)).isEmpty();

      log.room = Room.NO_PUTS;
      worker.ask("stats");
      assertThat(told(log)).hasSize(1);
      assertThat(lastSent(worker, 1)).endsWith("reserve\\r\\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_holder_whose_connection_ends_as_its_time_is_over_leaves_it_too(Loss how) {
    peer.put("boom");
    TestServer.Peer worker = server.worker();
    worker.send("touch 1\r\nhalf ");
    loseAtTheDeadline(server, worker, how);
    assertThat(peer.send("show-job 1\r\n")).containsOnlyOnce("how: timed-out\n");
    assertThat(lastSent(peer, 1)).endsWith("touch 1\\r\\nhalf ");
  }

  /** The end of a connection comes first, and is stamped with the moment in which time is over. */
  private static void loseAtTheDeadline(TestServer server, TestServer.Peer worker, Loss how) {
    server.thread.lag(60_000_000_000L);
    worker.conversation.disconnected(how);
    server.thread.run();
  }

  @Test
  void who_quits_as_its_time_is_over_leaves_it() {
    peer.put("boom");
    TestServer.Peer worker = server.worker();
    worker.send("quit\r\n");
    loseAtTheDeadline(server, worker, Loss.CLOSED);
    assertThat(peer.send("show-job 1\r\n")).containsOnlyOnce("how: timed-out\n");
    assertThat(lastSent(peer, 1)).endsWith("quit\\r\\n");
  }

  @Test
  void time_that_is_over_in_an_entry_before_the_end_of_the_connection_leaves_it_too() {
    var log = new HeldLog();
    try (var slow = new TestServer(log, 4 << 20, 1_000)) {
      TestServer.Peer asker = slow.connect();
      asker.put("boom");
      TestServer.Peer worker = slow.connect();
      worker.ask("reserve");
      log.holding = true;
      slow.pass(60);
      worker.disconnect();
      assertThat(slow.machine.history(1)).isEmpty();
      log.holding = false;
      assertThat(asker.send("show-job 1\r\n")).containsOnlyOnce("how: timed-out\n");
      assertThat(lastSent(asker, 1)).isEqualTo("reserve\\r\\n");
    }
  }

  @Test
  void the_record_of_a_job_that_its_time_out_has_ended_has_it() {
    assertThat(peer.ask("set-tube default max-timeouts=1 on-end=drop")).isEqualTo("SET");
    peer.put("slow");
    server.worker();
    server.pass(60);
    assertThat(peer.ask("show-job 1")).isEqualTo("NOT_FOUND");
    assertThat(peer.send("list-ended 1\r\n"))
        .contains("last-sent: \"reserve-with-timeout 0\\\\r\\\\n\"");
  }

  @Test
  void time_goes_on_after_a_time_out_on_a_slow_disk() {
    var log = new HeldLog();
    try (var slow = new TestServer(log, 4 << 20, 1_000)) {
      TestServer.Peer worker = slow.connect();
      worker.put("slow");
      for (int i = 1; i <= 3; i++) {
        assertThat(worker.ask("reserve")).startsWith("RESERVED 1");
        log.holding = true;
        slow.pass(61);
        log.holding = false;
        slow.loop.wake();
        slow.thread.run();
        assertThat(slow.machine.history(1).orElseThrow().attempts())
            .hasSize(i)
            .allMatch(attempt -> attempt.lastSent().endsWith("reserve\\r\\n"));
      }
    }
  }

  @Test
  void where_nothing_is_remembered_nothing_is_left() {
    try (var off = new TestServer(new VolatileLog(), 4 << 20, 1_000, RecorderOptions.none())) {
      TestServer.Peer asker = off.connect();
      asker.put("boom");
      TestServer.Peer worker = off.connect();
      worker.ask("reserve");
      worker.disconnect();
      assertThat(asker.send("show-job 1\r\n")).contains("how: died\n");
      assertThat(lastSent(asker, 1)).isEqualTo(NONE);

      off.worker();
      off.pass(60);
      assertThat(asker.send("show-job 1\r\n")).contains("how: timed-out\n");
      assertThat(lastSent(asker, 1)).isEqualTo(NONE);
    }
  }

  @Test
  void only_the_end_of_who_holds_something_tells_it_to_the_log() {
    var log = new HeldLog();
    try (var logged = new TestServer(log, 4 << 20, 1_000)) {
      TestServer.Peer waiting = logged.connect();
      waiting.send("reserve\r\n");
      waiting.disconnect();
      assertThat(log.commands)
          .last()
          .isInstanceOfSatisfying(
              Command.SessionClose.class, end -> assertThat(end.lastSent()).isEmpty());
    }
  }

  @Test
  void a_holder_that_is_gone_before_it_was_answered_leaves_it() {
    var log = new HeldLog();
    try (var slow = new TestServer(log, 4 << 20, 1_000)) {
      TestServer.Peer asker = slow.connect();
      asker.put("boom");
      log.holding = true;
      TestServer.Peer worker = slow.connect();
      worker.send("reserve\r\n");
      worker.disconnect();
      log.holding = false;
      assertThat(lastSent(asker, 1)).isEqualTo("reserve\\r\\n");
    }
  }

  @Test
  void no_token_is_left(@TempDir Path folder) throws IOException {
    var made = Tokens.make("web", List.of("put:*", "reserve:*", "manage:*"), new SecureRandom());
    Path file = Files.writeString(folder.resolve("tokens"), made.line() + "\n");
    var tokens = new Reloaded<>(List.of(file), () -> Tokens.read(file));
    try (var guarded = new TestServer(new VolatileLog(), tokens)) {
      TestServer.Peer asker = guarded.connect();
      asker.ask("auth " + made.text());
      asker.put("boom");
      TestServer.Peer worker = guarded.connect();
      worker.send("auth " + made.text() + "\r\nreserve\r\nauth " + made.text().substring(0, 20));
      worker.disconnect();
      assertThat(lastSent(asker, 1))
          .isEqualTo("auth " + "*".repeat(46) + "\\r\\nreserve\\r\\nauth " + "*".repeat(20));

      TestServer.Peer slow = guarded.connect();
      slow.send("auth " + made.text() + "\r\nreserve\r\n");
      guarded.pass(60);
      assertThat(asker.send("show-job 1\r\n")).contains("how: timed-out\n");
      assertThat(lastSent(asker, 1)).isEqualTo("auth " + "*".repeat(46) + "\\r\\nreserve\\r\\n");
    }
  }
}
