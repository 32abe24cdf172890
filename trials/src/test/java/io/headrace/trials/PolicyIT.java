package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a tube's policy does to its jobs, seen over the wire. */
@Execution(ExecutionMode.CONCURRENT)
final class PolicyIT {

  private static final int WORKERS = 6;

  @TempDir Path folder;

  private RunningServer server;
  private Talk talk;

  @BeforeEach
  void start() throws IOException {
    server = RunningServer.of(Peer.HEADRACE, folder).start();
    talk = server.connect();
    talk.ask("use work");
    talk.ask("watch work");
  }

  @AfterEach
  void end() throws IOException {
    talk.close();
    server.close();
  }

  @Test
  void a_policy_is_told_with_who_says_so() throws Exception {
    set("max-deaths=5 retry-delay=1s..30s rate=10/s burst=20 max-bytes=1GiB");
    set("max-deaths=default");
    assertThat(Told.of(talk, "show-tube work"))
        .containsEntry("policy-max-deaths", "3 (built in)")
        .containsEntry("policy-retry-delay", "1s..30s (this tube)")
        .containsEntry("policy-rate", "10/s (this tube)")
        .containsEntry("policy-burst", "20 (this tube)")
        .containsEntry("policy-max-bytes", "1GiB (this tube)")
        .containsEntry("policy-on-end", "bury (built in)")
        .containsEntry("policy-expires-after", "never (built in)")
        .containsEntry("health", "well");
  }

  @Test
  void beanstalkds_clients_are_told_nothing_new() throws Exception {
    set("max-deaths=5");
    assertThat(talk.ask("stats-tube work").body()).doesNotContain("policy");
  }

  @Test
  void after_the_last_attempt_a_release_is_answered_as_a_bury() throws Exception {
    set("max-attempts=2");
    long id = talk.put("x").id();
    assertThat(reserveAndRelease(id)).isEqualTo("RELEASED");
    assertThat(reserveAndRelease(id)).isEqualTo("BURIED");
    assertThat(Told.of(talk, "show-job " + id))
        .containsEntry("state", "buried")
        .containsEntry("cause", "exhausted")
        .containsEntry("reserves", "2");
    assertThat(talk.ask("kick 10").line()).isEqualTo("KICKED 1");
    assertThat(Told.of(talk, "show-job " + id)).containsEntry("cause", "none");
  }

  @Test
  void an_exhausted_job_is_moved_and_a_retry_brings_it_back() throws Exception {
    try (var failed = server.connect()) {
      failed.ask("use failed");
      set("max-attempts=1 on-end=move:failed");
    }
    long id = talk.put("x").id();
    assertThat(reserveAndRelease(id)).isEqualTo("BURIED");
    assertThat(Told.of(talk, "show-job " + id))
        .containsEntry("tube", "failed")
        .containsEntry("state", "ready")
        .containsEntry("cause", "exhausted")
        .containsEntry("origin", "work");
    var dead = Told.items(talk.ask("list-dead 0 10"));
    assertThat(dead).hasSize(1);
    assertThat(dead.getFirst())
        .containsEntry("id", Long.toString(id))
        .containsEntry("tube", "failed")
        .containsEntry("origin", "work")
        .containsEntry("cause", "exhausted");
    assertThat(talk.ask("retry-job " + id).line()).isEqualTo("RETRIED");
    assertThat(Told.of(talk, "show-job " + id))
        .containsEntry("tube", "work")
        .containsEntry("state", "ready")
        .containsEntry("cause", "none")
        .containsEntry("origin", "");
    assertThat(Told.items(talk.ask("list-dead 0 10"))).isEmpty();
    assertThat(talk.ask("retry-job " + id).line()).isEqualTo("NOT_FOUND");
    assertThat(talk.ask("reserve-with-timeout 0").line()).isEqualTo("RESERVED " + id + " 1");
  }

  @Test
  void an_exhausted_job_is_dropped_and_leaves_a_record() throws Exception {
    set("max-attempts=1 on-end=drop");
    long id = talk.put("x").id();
    assertThat(reserveAndRelease(id)).isEqualTo("BURIED");
    assertThat(talk.ask("peek " + id).line()).isEqualTo("NOT_FOUND");
    assertThat(Told.items(talk.ask("list-ended 10")).getFirst())
        .containsEntry("id", Long.toString(id))
        .containsEntry("tube", "work")
        .containsEntry("cause", "exhausted");
  }

  @Test
  void a_job_that_expired_is_never_delivered() throws Exception {
    set("expires-after=2s");
    var late = new ArrayList<String>();
    for (int i = 0; i < 10; i++) {
      late.add(talk.put("late").word(1));
    }
    Await.until(
        "they are over", () -> Told.number(talk, "stats-job " + late.getLast(), "age") >= 2);
    assertThat(talk.ask("reserve-job " + late.getFirst()).line()).isEqualTo("NOT_FOUND");
    // In one packet, so that nothing can hold the two apart for longer than the job has.
    talk.send("put 200 0 100 4\r\ngood\r\nreserve-with-timeout 0\r\nreserve-with-timeout 0\r\n");
    assertThat(talk.reply().line()).startsWith("INSERTED ");
    assertThat(talk.reply().body()).isEqualTo("good");
    assertThat(talk.reply().line()).isEqualTo("TIMED_OUT");
    var ended = Told.items(talk.ask("list-ended 100"));
    assertThat(ended.stream().map(it -> it.get("id")).toList())
        .containsExactlyInAnyOrderElementsOf(late);
    assertThat(ended).allMatch(it -> "expired".equals(it.get("cause")));
  }

  @Test
  void puts_beyond_max_ready_are_refused_until_there_is_room() throws Exception {
    set("max-ready=3");
    for (int i = 0; i < 3; i++) {
      assertThat(talk.put("x").line()).startsWith("INSERTED ");
    }
    assertThat(talk.put("x").line()).isEqualTo("OUT_OF_MEMORY");
    assertThat(talk.put(0, 0, 10, "urgent").line()).isEqualTo("OUT_OF_MEMORY");
    assertThat(talk.ask("reserve").line()).startsWith("RESERVED ");
    assertThat(talk.put("x").line()).startsWith("INSERTED ");
    assertThat(talk.put("x").line()).isEqualTo("OUT_OF_MEMORY");
  }

  @Test
  void puts_beyond_max_bytes_are_refused_until_there_is_room() throws Exception {
    set("max-bytes=10");
    long id = talk.put("12345").id();
    assertThat(talk.put("123456").line()).isEqualTo("OUT_OF_MEMORY");
    assertThat(talk.put("12345").line()).startsWith("INSERTED ");
    assertThat(talk.put("1").line()).isEqualTo("OUT_OF_MEMORY");
    assertThat(talk.ask("delete " + id).line()).isEqualTo("DELETED");
    assertThat(talk.put("1").line()).startsWith("INSERTED ");
  }

  @Test
  void max_running_holds_for_those_that_wait() throws Exception {
    set("max-running=2");
    var waiting = new ArrayList<Talk>();
    try {
      for (int i = 0; i < 4; i++) {
        var worker = server.connect();
        waiting.add(worker);
        worker.ask("watch work");
        worker.send("reserve\r\n");
      }
      Await.until("all wait", () -> tube("current-waiting") == 4);
      for (int i = 0; i < 4; i++) {
        talk.put("x");
      }
      assertThat(tube("current-jobs-reserved")).isEqualTo(2);
      assertThat(talk.ask("reserve-with-timeout 0").line()).isEqualTo("TIMED_OUT");
      long held = waiting.getFirst().reply().id();
      assertThat(waiting.getFirst().ask("delete " + held).line()).isEqualTo("DELETED");
      assertThat(waiting.get(2).reply().line()).startsWith("RESERVED ");
      assertThat(tube("current-jobs-reserved")).isEqualTo(2);
    } finally {
      for (var worker : waiting) {
        worker.close();
      }
    }
  }

  @Test
  void impatient_workers_never_run_more_than_max_running() throws Exception {
    set("max-running=3");
    int jobs = 300;
    try (var workers =
        Workers.start(folder, server.port(), "work", WORKERS, Workers.RESTART, "work=0.005")) {
      Await.until("all run", () -> workers.log().count("start") == WORKERS);
      for (int i = 0; i < jobs; i++) {
        talk.put("x");
      }
      Await.until("all is done", () -> workers.log().count("done") == jobs);
      assertThat(workers.log().mostHeld()).isBetween(2, 3);
    }
  }

  @Test
  void a_burst_is_delivered_at_once_and_no_more() throws Exception {
    set("rate=1/h burst=5");
    for (int i = 0; i < 10; i++) {
      talk.put("x");
    }
    var words = new ArrayList<String>();
    for (int i = 0; i < 7; i++) {
      words.add(talk.ask("reserve-with-timeout 0").word(0));
    }
    assertThat(words)
        .isEqualTo(
            List.of(
                "RESERVED",
                "RESERVED",
                "RESERVED",
                "RESERVED",
                "RESERVED",
                "TIMED_OUT",
                "TIMED_OUT"));
    set("rate=unlimited burst=default");
    assertThat(talk.ask("reserve-with-timeout 0").word(0)).isEqualTo("RESERVED");
  }

  /** The server's clock may be a little older than a put: it is read once for many commands. */
  @Test
  void impatient_workers_are_given_no_more_than_the_rate() throws Exception {
    set("rate=20/s");
    int jobs = 31;
    long clockSlackMs = 100;
    try (var workers = Workers.start(folder, server.port(), "work", WORKERS, Workers.RESTART)) {
      Await.until("all run", () -> workers.log().count("start") == WORKERS);
      long began = System.nanoTime();
      for (int i = 0; i < jobs; i++) {
        talk.put("x");
      }
      Await.until("all is done", () -> workers.log().count("done") == jobs);
      assertThat((System.nanoTime() - began) / 1_000_000)
          .isGreaterThanOrEqualTo((jobs - 1) * 1000 / 20 - clockSlackMs);
      assertThat(workers.log().repeated("got")).isEmpty();
    }
  }

  @Test
  void without_max_deaths_it_is_beanstalkds_a_job_that_kills_five_is_handed_out() throws Exception {
    set("max-deaths=0");
    long id = talk.put("x").id();
    for (int i = 0; i < 5; i++) {
      try (var worker = server.connect()) {
        worker.ask("watch work");
        assertThat(worker.ask("reserve").line()).isEqualTo("RESERVED " + id + " 1");
      }
    }
    assertThat(talk.ask("reserve").line()).isEqualTo("RESERVED " + id + " 1");
    assertThat(Told.of(talk, "show-job " + id))
        .containsEntry("lane", "plain")
        .containsEntry("deaths", "0")
        .containsEntry("reserves", "6");
  }

  private void set(String words) throws IOException {
    assertThat(talk.ask("set-tube work " + words).line()).isEqualTo("SET");
  }

  private long tube(String key) throws IOException {
    return Told.number(talk, "stats-tube work", key);
  }

  private String reserveAndRelease(long id) throws IOException {
    assertThat(talk.ask("reserve-with-timeout 0").line()).startsWith("RESERVED " + id + " ");
    return talk.ask("release " + id + " 100 0").line();
  }
}
