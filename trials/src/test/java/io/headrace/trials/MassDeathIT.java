package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many workers die, and no job is to blame: nothing is buried for it, nothing is lost, and all is
 * worked off without a hand. They mostly wait, and so run beside each other.
 *
 * <p>{@code -Dheadrace.trials.deaths=long} lets every job kill for 30 s rather than 10.
 */
final class MassDeathIT {

  private static final boolean LONG = "long".equals(System.getProperty("headrace.trials.deaths"));

  /** Longer than what a job waits at most after a death, one after another. */
  private static final Duration DRAIN_MAX = Duration.ofMinutes(4);

  @TempDir Path folder;

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void five_rolling_restarts_in_a_row_bury_nothing() throws Exception {
    int jobs = 600;
    var hold = folder.resolve("hold");
    try (var server = RunningServer.of(Peer.HEADRACE, folder).start();
        var talk = server.connect();
        var workers =
            Workers.start(
                folder, server.port(), "work", 8, Duration.ZERO, "work=0.2", "hold=" + hold)) {
      put(talk, 1, jobs);
      for (int round = 1; round <= 5; round++) {
        Files.createFile(hold);
        Await.until("each worker holds a job", () -> tube(talk, "current-jobs-reserved") == 8);
        for (int i = 0; i < workers.count(); i++) {
          long started = workers.log().count("start");
          workers.kill(i);
          Await.until("it is replaced", () -> workers.log().count("start") > started);
        }
        long done = tube(talk, "cmd-delete");
        Files.delete(hold);
        Await.until("work goes on", () -> tube(talk, "cmd-delete") >= done + 8);
      }
      assertDrains(talk, workers, jobs, 5 * workers.count());
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_host_of_fifty_workers_that_goes_down_accuses_no_job() throws Exception {
    int jobs = 200;
    try (var server = RunningServer.of(Peer.HEADRACE, folder).start();
        var talk = server.connect();
        var doomed = Workers.start(folder, server.port(), "work", 50, Duration.ZERO, "work=1000")) {
      put(talk, 1, jobs);
      Await.until("each worker holds a job", () -> tube(talk, "current-jobs-reserved") == 50);
      doomed.killAll();
      Await.until("no job is held", () -> tube(talk, "current-jobs-reserved") == 0);
      for (long id : doomed.log().byJob("got").keySet()) {
        assertThat(Told.of(talk, "show-job " + id))
            .containsEntry("lane", "plain")
            .containsEntry("deaths", "0")
            .containsEntry("excused", "1")
            .containsEntry("state", "ready");
      }
      try (var workers = Workers.start(folder, server.port(), "work", 50, Workers.RESTART)) {
        assertDrains(talk, workers, jobs, 0);
      }
    }
  }

  /** A bad release: each job kills its worker, then a good one is rolled out. */
  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @ValueSource(ints = {5, 12, 40, 400})
  void workers_that_die_on_every_job_bury_none(int jobs) throws Exception {
    try (var server = RunningServer.of(Peer.HEADRACE, folder).start();
        var talk = server.connect()) {
      long deaths = badRelease(server, talk, jobs);
      try (var workers = Workers.start(folder, server.port(), "work", 8, Workers.RESTART)) {
        assertDrains(talk, workers, jobs, 0);
      }
      System.out.printf("%d jobs had killed %d workers%n", jobs, deaths);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void nor_are_they_buried_when_much_good_work_comes_right_after() throws Exception {
    try (var server = RunningServer.of(Peer.HEADRACE, folder).start();
        var talk = server.connect()) {
      badRelease(server, talk, 12);
      put(talk, 13, 400);
      try (var workers = Workers.start(folder, server.port(), "work", 8, Workers.RESTART)) {
        assertDrains(talk, workers, 400, 0);
      }
    }
  }

  /** Puts jobs, lets each worker die on each for a while, and returns how many did. */
  private long badRelease(RunningServer server, Talk talk, int jobs) throws Exception {
    var deadly = Files.createFile(folder.resolve("deadly"));
    try (var workers =
        Workers.start(folder, server.port(), "work", 8, Workers.RESTART, "deadly=" + deadly)) {
      put(talk, 1, jobs);
      TimeUnit.SECONDS.sleep(LONG ? 30 : 10);
      workers.killAll();
      var log = workers.log();
      assertThat(log.byJob("dies")).as("jobs that killed").hasSizeGreaterThanOrEqualTo(5);
      assertThat(log.count("deletes")).isZero();
      return log.count("dies");
    }
  }

  private static void put(Talk talk, int first, int last) throws IOException {
    talk.ask("use work");
    for (int id = first; id <= last; id++) {
      assertThat(talk.put("good").line()).isEqualTo("INSERTED " + id);
    }
  }

  private static long tube(Talk talk, String key) throws IOException {
    return Told.number(talk, "stats-tube work", key);
  }

  /**
   * Waits until jobs 1 to {@code jobs} are deleted.
   *
   * @param kills workers killed with a job each: it may be that its delete was done and not noted,
   *     or that it is delivered once more
   */
  private static void assertDrains(Talk talk, Workers workers, int jobs, int kills)
      throws Exception {
    Await.until(
        "all jobs are done or one is buried",
        DRAIN_MAX,
        () -> tube(talk, "cmd-delete") == jobs || tube(talk, "current-jobs-buried") > 0);
    assertThat(Told.items(talk.ask("list-dead 0 100"))).as("the dead").isEmpty();
    assertThat(tube(talk, "cmd-delete")).as("deleted").isEqualTo(jobs);
    assertThat(Told.items(talk.ask("list-ended 100"))).as("ended by the server").isEmpty();
    Await.until(
        "the workers have their answers", () -> workers.log().count("done") >= jobs - kills);
    var log = workers.log();
    assertThat(log.byJob("deletes").keySet())
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, jobs).boxed().toList());
    assertThat(log.repeated("done")).as("deleted twice").isEmpty();
    assertThat(log.count("refused")).as("deletes that were refused").isZero();
    assertThat(log.count("got")).as("deliveries").isLessThanOrEqualTo(jobs + kills);
  }
}
