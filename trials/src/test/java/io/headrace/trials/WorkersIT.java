package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That the workers of these trials do, and tell, what the trials believe of them. */
final class WorkersIT {

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void they_do_each_job_once(Peer peer) throws Exception {
    try (var server = RunningServer.of(peer, folder).start();
        var talk = server.connect();
        var workers = Workers.start(folder, server.port(), "work", 3, Workers.RESTART)) {
      talk.ask("use work");
      for (int i = 0; i < 50; i++) {
        talk.put("good");
      }
      Await.until("all is done", () -> workers.log().count("done") == 50);
      assertThat(workers.log().byJob("got").keySet())
          .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, 50).boxed().toList());
      assertThat(workers.log().repeated("got")).isEmpty();
      assertThat(workers.log().mostHeld()).isBetween(1, 3);
      assertThat(Told.number(talk, "stats-tube work", "cmd-delete")).isEqualTo(50);
    }
  }

  @ParameterizedTest
  @EnumSource
  void one_that_takes_ten_holds_ten(Peer peer) throws Exception {
    try (var server = RunningServer.of(peer, folder).start();
        var talk = server.connect()) {
      for (int i = 0; i < 12; i++) {
        talk.put("good");
      }
      try (var workers =
          Workers.start(folder, server.port(), "default", 1, Duration.ZERO, "prefetch=10")) {
        Await.until("all is done", () -> workers.log().count("done") == 12);
        assertThat(workers.log().mostHeld()).isEqualTo(10);
      }
    }
  }

  @Test
  void one_that_dies_is_started_again_and_the_job_kills_that_too() throws Exception {
    try (var server = RunningServer.of(Peer.BEANSTALKD, folder).start();
        var talk = server.connect();
        var workers = Workers.start(folder, server.port(), "default", 1, Workers.RESTART)) {
      long job = talk.put("poison").id();
      Await.until("three die", () -> workers.log().count("dies") >= 3);
      assertThat(workers.log().byJob("dies")).containsOnlyKeys(job);
      assertThat(workers.log().count("start")).isGreaterThanOrEqualTo(3);
      assertThat(workers.log().count("deletes")).isZero();
    }
  }

  @Test
  void they_can_be_killed_one_by_one_and_all_at_once() throws Exception {
    try (var server = RunningServer.of(Peer.BEANSTALKD, folder).start();
        var talk = server.connect();
        var workers =
            Workers.start(folder, server.port(), "default", 2, Duration.ZERO, "work=1000")) {
      Await.until("both run", () -> workers.log().count("start") == 2);
      workers.kill(0);
      Await.until("one is replaced", () -> workers.log().count("start") == 3);
      talk.put("good");
      Await.until("it is held", () -> workers.log().count("got") == 1);
      workers.killAll();
      Await.until(
          "both are gone", () -> Told.number(talk, "stats-tube default", "current-watching") == 1);
      assertThat(talk.ask("peek-ready").line()).isEqualTo("FOUND 1 4");
      workers.open();
      Await.until("it is held again", () -> workers.log().count("got") == 2);
      assertThat(workers.log().count("start")).isBetween(4L, 5L);
    }
  }

  @Test
  void what_they_note_is_counted_by_job() {
    var log = WorkLog.of("7 start\n7 got 1\n8 got 2\n7 deletes 1\n8 dies 2\n7 got 2\n7 got");
    assertThat(log.count("got")).isEqualTo(3);
    assertThat(log.repeated("got")).containsExactly(2L);
    assertThat(log.byJob("dies")).containsOnlyKeys(2L);
    assertThat(log.mostHeld()).isEqualTo(2);
  }

  @Test
  void what_a_server_tells_is_taken_apart() {
    var body = "---\nid: 7\ntube: \"work\"\nattempts:\n- attempt: 1\n  how: died\n- attempt: 2\n";
    var reply = new Talk.Reply("OK " + body.length(), body);
    assertThat(Told.entries(reply))
        .containsEntry("id", "7")
        .containsEntry("tube", "work")
        .containsOnlyKeys("id", "tube", "attempts");
    assertThat(Told.items(reply)).hasSize(2);
    assertThat(Told.items(reply).getFirst())
        .containsEntry("attempt", "1")
        .containsEntry("how", "died");
  }
}
