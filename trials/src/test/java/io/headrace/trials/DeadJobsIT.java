package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Deaths and what is known of them, seen over the wire; and that a kill -9 takes none of it. */
@Execution(ExecutionMode.CONCURRENT)
final class DeadJobsIT {

  private static final String DOCKET = "Traceback:\n  work.py, line 12\nKeyError: 17 at 0x7f3a\n\n";

  @TempDir Path folder;

  private RunningServer server;
  private Talk talk;

  @BeforeEach
  void start() throws IOException {
    server = RunningServer.serve(folder, folder.resolve("data"), "interval:50ms").start();
    talk = server.connect();
    talk.ask("use work");
    talk.ask("watch work");
  }

  @AfterEach
  void end() throws IOException {
    talk.close();
    server.close();
  }

  private void restartAfterKill() throws IOException {
    server.kill9();
    end();
    start();
  }

  @Test
  void a_holder_that_closes_makes_its_job_a_suspect() throws Exception {
    long id = talk.put("x").id();
    holdAndDie(id);
    var told = show(id);
    assertThat(told)
        .containsEntry("lane", "suspect")
        .containsEntry("state", "ready")
        .containsEntry("deaths", "1")
        .containsEntry("strikes", "1")
        .containsEntry("excused", "0")
        .containsEntry("cause", "none")
        .containsEntry("origin", "")
        .containsEntry("docket", "0");
    var attempts = Told.items(talk.ask("show-job " + id));
    assertThat(attempts).hasSize(1);
    assertThat(attempts.getFirst()).containsEntry("attempt", "1").containsEntry("how", "died");
    assertThat(attempts.getFirst().get("peer")).startsWith("127.0.0.1");
  }

  @Test
  void one_that_quits_does_not() throws Exception {
    long id = talk.put("x").id();
    try (var worker = server.connect()) {
      worker.ask("watch work");
      worker.ask("reserve");
      worker.send("quit\r\n");
      assertThat(worker.rest()).isEmpty();
    }
    Await.until("it is ready", () -> "ready".equals(show(id).get("state")));
    assertThat(show(id))
        .containsEntry("lane", "plain")
        .containsEntry("deaths", "0")
        .containsEntry("excused", "1");
    assertThat(Told.items(talk.ask("show-job " + id)).getFirst()).containsEntry("how", "released");
  }

  @Test
  void a_release_clears_it() throws Exception {
    long id = talk.put("x").id();
    holdAndDie(id);
    assertThat(talk.ask("reserve").line()).startsWith("RESERVED " + id + " ");
    assertThat(talk.ask("release " + id + " 1 0").line()).isEqualTo("RELEASED");
    assertThat(show(id)).containsEntry("lane", "plain").containsEntry("deaths", "0");
  }

  @Test
  void a_suspect_is_delivered_alone() throws Exception {
    long first = talk.put("x").id();
    try (var busy = server.connect()) {
      busy.ask("watch work");
      assertThat(busy.ask("reserve").line()).startsWith("RESERVED " + first + " ");
      long suspect = talk.put("y").id();
      holdAndDie(suspect);
      assertThat(busy.ask("reserve-with-timeout 0").line()).isEqualTo("TIMED_OUT");
      assertThat(talk.ask("reserve-with-timeout 0").line()).startsWith("RESERVED " + suspect + " ");
      long plain = talk.put("z").id();
      assertThat(talk.ask("reserve-with-timeout 0").line()).isEqualTo("TIMED_OUT");
      assertThat(busy.ask("reserve-with-timeout 0").line()).startsWith("RESERVED " + plain + " ");
    }
  }

  @Test
  void the_third_death_buries_a_job_as_poisoned() throws Exception {
    long id = talk.put("x").id();
    for (int i = 0; i < 3; i++) {
      holdAndDie(id);
    }
    assertThat(show(id)).containsEntry("state", "delayed").containsEntry("lane", "condemned");
    Await.until("it is buried", () -> "buried".equals(show(id).get("state")));
    assertThat(show(id)).containsEntry("cause", "poisoned").containsEntry("deaths", "3");
    assertThat(Told.items(talk.ask("list-dead 0 10")))
        .hasSize(1)
        .allMatch(it -> Long.toString(id).equals(it.get("id")))
        .allMatch(it -> "poisoned".equals(it.get("cause")));
    assertThat(Told.items(talk.ask("show-job " + id))).hasSize(3);
    assertThat(talk.ask("retry-job " + id).line()).isEqualTo("RETRIED");
    assertThat(show(id)).containsEntry("state", "ready").containsEntry("deaths", "0");
  }

  @Test
  void a_supervisor_tells_a_death_with_its_docket() throws Exception {
    long id = talk.put("x").id();
    talk.ask("reserve");
    assertThat(died(id, DOCKET)).isEqualTo("DIED");
    var told = show(id);
    assertThat(told)
        .containsEntry("deaths", "1")
        .containsEntry("lane", "suspect")
        .containsEntry("signature", "KeyError: N at N");
    var docket = talk.ask("peek-docket " + id);
    assertThat(docket.line()).isEqualTo("FOUND " + told.get("docket") + " " + DOCKET.length());
    assertThat(docket.body()).isEqualTo(DOCKET);
    assertThat(talk.ask("peek " + told.get("docket")).line()).isEqualTo("NOT_FOUND");
    for (var verb : List.of("stats-job", "reserve-job", "kick-job", "delete", "retry-job")) {
      assertThat(talk.ask(verb + " " + told.get("docket")).line()).isEqualTo("NOT_FOUND");
    }
    assertThat(talk.ask("reserve-with-timeout 0").line()).startsWith("RESERVED " + id + " ");
  }

  @Test
  void who_does_not_hold_a_job_cannot_tell_its_death() throws Exception {
    long id = talk.put("x").id();
    assertThat(died(id, DOCKET)).isEqualTo("NOT_FOUND");
    assertThat(died(id + 1000, DOCKET)).isEqualTo("NOT_FOUND");
    try (var worker = server.connect()) {
      worker.ask("watch work");
      worker.ask("reserve");
      assertThat(died(id, DOCKET)).isEqualTo("NOT_FOUND");
    }
    assertThat(talk.ask("peek-docket " + id).line()).isEqualTo("NOT_FOUND");
  }

  @Test
  void a_dropped_job_is_gone_until_it_is_undropped() throws Exception {
    long id = buried("x");
    assertThat(talk.ask("undrop-job " + id).line()).isEqualTo("NOT_FOUND");
    assertThat(talk.ask("drop-job " + id).line()).isEqualTo("DROPPED");
    assertThat(talk.ask("peek " + id).line()).isEqualTo("NOT_FOUND");
    assertThat(talk.ask("stats-job " + id).line()).isEqualTo("NOT_FOUND");
    assertThat(talk.ask("peek-buried").line()).isEqualTo("NOT_FOUND");
    assertThat(talk.ask("kick 10").line()).isEqualTo("KICKED 0");
    assertThat(talk.ask("drop-job " + id).line()).isEqualTo("NOT_FOUND");
    assertThat(Told.of(talk, "show-tube work"))
        .containsEntry("current-jobs-buried", "0")
        .containsEntry("current-jobs-dropped", "1");
    assertThat(talk.ask("undrop-job " + id).line()).isEqualTo("UNDROPPED");
    assertThat(talk.ask("peek-buried").line()).isEqualTo("FOUND " + id + " 1");
    assertThat(talk.ask("undrop-job " + id).line()).isEqualTo("NOT_FOUND");
  }

  @Test
  void only_what_is_dead_can_be_dropped_or_retried() throws Exception {
    long ready = talk.put("x").id();
    long delayed = talk.put(1, 1000, 10, "x").id();
    for (var verb : List.of("drop-job", "undrop-job", "retry-job")) {
      for (long id : List.of(ready, delayed, 1000L, 0L)) {
        assertThat(talk.ask(verb + " " + id).line()).as(verb).isEqualTo("NOT_FOUND");
      }
      assertThat(talk.ask(verb + " x").line()).isEqualTo("BAD_FORMAT");
    }
  }

  @Test
  void a_kill_takes_nothing_of_it() throws Exception {
    long suspect = talk.put("x").id();
    talk.ask("reserve");
    assertThat(died(suspect, DOCKET)).isEqualTo("DIED");
    assertThat(talk.ask("pause-tube work 1000").line()).isEqualTo("PAUSED");
    long dropped = buried("dropped");
    assertThat(talk.ask("drop-job " + dropped).line()).isEqualTo("DROPPED");
    long buried = buried("buried");
    try (var failed = server.connect()) {
      failed.ask("use failed");
      assertThat(talk.ask("set-tube work max-attempts=1 on-end=move:failed").line())
          .isEqualTo("SET");
    }
    long moved = talk.put("moved").id();
    talk.ask("reserve-job " + moved);
    assertThat(talk.ask("release " + moved + " 1 0").line()).isEqualTo("BURIED");
    var before = all(List.of(suspect, buried, moved));
    for (int kill = 1; kill <= 2; kill++) {
      restartAfterKill();
      assertThat(all(List.of(suspect, buried, moved))).as("kill %d", kill).isEqualTo(before);
    }
    assertThat(talk.ask("peek-docket " + suspect).body()).isEqualTo(DOCKET);
    assertThat(talk.ask("peek " + dropped).line()).isEqualTo("NOT_FOUND");
    assertThat(talk.ask("undrop-job " + dropped).line()).isEqualTo("UNDROPPED");
    assertThat(talk.ask("peek " + dropped).body()).isEqualTo("dropped");
    assertThat(talk.ask("retry-job " + moved).line()).isEqualTo("RETRIED");
    assertThat(show(moved)).containsEntry("tube", "work");
  }

  @Test
  void a_kill_of_the_server_is_no_death_of_a_holder() throws Exception {
    long id = talk.put("x").id();
    talk.ask("reserve");
    restartAfterKill();
    assertThat(show(id))
        .containsEntry("state", "ready")
        .containsEntry("lane", "plain")
        .containsEntry("deaths", "0")
        .containsEntry("excused", "1");
    assertThat(Told.items(talk.ask("show-job " + id)).getFirst()).containsEntry("how", "restart");
  }

  /** All that is told of jobs and of the tube, but for what time alone changes. */
  private List<String> all(List<Long> ids) throws IOException {
    var all = new ArrayList<String>();
    for (long id : ids) {
      all.add(talk.ask("show-job " + id).body());
    }
    all.add(talk.ask("list-dead 0 100").body());
    all.add(talk.ask("list-ended 100").body());
    Told.of(talk, "show-tube work")
        .forEach((key, value) -> {
          if (key.startsWith("policy-")
              || key.startsWith("current-jobs")
              || key.equals("dockets")) {
            all.add(key + ": " + value);
          }
        });
    return all.stream().map(it -> it.replaceAll("(?m)^(age|time-left): .*\\n", "")).toList();
  }

  private long buried(String body) throws IOException {
    long id = talk.put(body).id();
    assertThat(talk.ask("reserve-job " + id).line()).startsWith("RESERVED ");
    assertThat(talk.ask("bury " + id + " 1").line()).isEqualTo("BURIED");
    return id;
  }

  private Map<String, String> show(long id) throws IOException {
    return Told.of(talk, "show-job " + id);
  }

  private String died(long id, String docket) throws IOException {
    return talk.ask("died %d %d\r\n%s".formatted(id, docket.length(), docket)).line();
  }

  /** Another session reserves this job and breaks off; returns when the server has seen that. */
  private void holdAndDie(long id) throws Exception {
    try (var worker = server.connect()) {
      worker.ask("watch work");
      assertThat(worker.ask("reserve").line()).startsWith("RESERVED " + id + " ");
    }
    Await.until("the death is seen", () -> !"reserved".equals(show(id).get("state")));
  }
}
