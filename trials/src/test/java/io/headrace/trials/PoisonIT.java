package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One job among 2,000 kills each process that works on it, and a supervisor starts that again. It
 * costs three workers; on beanstalkd it costs one as often as one can be started.
 *
 * <p>{@code -Dheadrace.trials.seed} sets where among the others the job is.
 */
@Execution(ExecutionMode.CONCURRENT)
final class PoisonIT {

  private static final long SEED = Long.getLong("headrace.trials.seed", System.nanoTime());

  private static final int WORKERS = 8;
  private static final int GOOD_JOBS = 2_000;
  private static final int DEATHS_MAX = 3;

  /** Enough to see that it goes on for ever. */
  private static final int DEATHS_SEEN = 20;

  @TempDir Path folder;

  @Test
  void one_poison_job_costs_three_workers_and_no_good_job() throws Exception {
    var log = buriesOnlyThePoison(1);
    assertThat(log.repeated("got")).as("delivered more than once").hasSize(1);
  }

  @Test
  void nor_does_it_cost_more_when_each_worker_holds_ten() throws Exception {
    buriesOnlyThePoison(10);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10})
  void on_beanstalkd_it_kills_workers_for_ever(int prefetch) throws Exception {
    try (var server = RunningServer.of(Peer.BEANSTALKD, folder).start();
        var talk = server.connect();
        var workers = workers(server, prefetch)) {
      long poison = put(talk);
      Await.until("workers die", () -> workers.log().count("dies") >= DEATHS_SEEN);
      assertThat(workers.log().byJob("dies")).containsOnlyKeys(poison);
      assertThat(Told.of(talk, "stats-tube work")).containsEntry("current-jobs-buried", "0");
    }
  }

  private WorkLog buriesOnlyThePoison(int prefetch) throws Exception {
    try (var server = RunningServer.of(Peer.HEADRACE, folder).start();
        var talk = server.connect();
        var workers = workers(server, prefetch)) {
      long poison = put(talk);
      Await.until(
          "the good jobs are done and the bad one is buried, seed %d".formatted(SEED),
          () -> {
            var tube = Told.of(talk, "stats-tube work");
            return Integer.toString(GOOD_JOBS).equals(tube.get("cmd-delete"))
                && "1".equals(tube.get("current-jobs-buried"));
          });
      var log = workers.log();
      assertThat(log.byJob("dies")).as("seed %d", SEED).containsOnlyKeys(poison);
      assertThat(log.count("dies")).as("deaths, seed %d", SEED).isLessThanOrEqualTo(DEATHS_MAX);
      assertThat(log.byJob("deletes").keySet())
          .containsExactlyInAnyOrderElementsOf(others(poison).toList());
      assertThat(log.repeated("deletes")).isEmpty();
      assertThat(log.count("refused")).isZero();
      assertThat(Told.of(talk, "stats-job " + poison)).containsEntry("state", "buried");
      assertThat(Told.of(talk, "show-job " + poison)).containsEntry("cause", "poisoned");
      return log;
    }
  }

  private static Stream<Long> others(long poison) {
    return IntStream.rangeClosed(1, GOOD_JOBS + 1)
        .asLongStream()
        .boxed()
        .filter(id -> id != poison);
  }

  private Workers workers(RunningServer server, int prefetch) throws IOException {
    return Workers.start(
        folder, server.port(), "work", WORKERS, Workers.RESTART, "prefetch=" + prefetch);
  }

  /** Puts all jobs, with one poison among them, and returns its id. */
  private static long put(Talk talk) throws IOException {
    talk.ask("use work");
    int poisonAt = new Random(SEED).nextInt(GOOD_JOBS);
    long poison = 0;
    for (int i = 0; i < GOOD_JOBS; i++) {
      if (i == poisonAt) {
        poison = talk.put("poison").id();
      }
      assertThat(talk.put("good " + i).line()).startsWith("INSERTED ");
    }
    System.out.printf("job %d is poison, seed %d%n", poison, SEED);
    return poison;
  }
}
