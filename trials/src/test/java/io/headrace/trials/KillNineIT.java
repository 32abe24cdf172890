package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A server under load is killed at any moment and started again, round after round on the same
 * data. What it acknowledged must be there, what was deleted must not, and no id may come twice.
 * (This says nothing about fsync: what was written survives the process.)
 *
 * <p>{@code -Dheadrace.trials.rounds} sets the number of rounds, {@code -Dheadrace.trials.seed} the
 * random choices.
 */
@Execution(ExecutionMode.CONCURRENT)
final class KillNineIT {

  private static final int ROUNDS = Integer.getInteger("headrace.trials.rounds", 3);
  private static final long SEED = Long.getLong("headrace.trials.seed", System.nanoTime());

  private static final int LIFE_MS_MIN = 50;
  private static final int LIFE_MS_MAX = 1500;
  private static final int RECOVERY_MS_MAX = 600;

  /** Far more than can be on their way without an answer. */
  private static final int FORGOTTEN_JOBS = 1_000;

  /** What was acknowledged survives every kill. */
  private static final int WRONG_A_KILL = 0;

  /**
   * beanstalkd 1.12 moves the last job of a binlog file by unlinking the file, and then writing the
   * job again (walg.c:moveone, file.c:filermjob); it writes a record by four writes into zeros
   * (file.c:filewrjobfull). A kill between two of these calls costs that one job, or its body.
   */
  private static final int WRONG_A_KILL_OF_BEANSTALKD = 1;

  @TempDir Path folder;

  @Test
  void forced_before_each_reply_nothing_acknowledged_is_lost() throws Exception {
    rounds(serve("fsync"), WRONG_A_KILL);
  }

  @Test
  void forced_every_50_ms_nothing_acknowledged_is_lost() throws Exception {
    rounds(serve("interval:50ms"), WRONG_A_KILL);
  }

  @Test
  void with_small_segments_nothing_acknowledged_is_lost() throws Exception {
    rounds(serve("interval:50ms").options("--segment-size", "1MiB"), WRONG_A_KILL);
  }

  @Test
  void beanstalkd_loses_one_job_a_kill_at_most() throws Exception {
    rounds(
        RunningServer.of(Peer.BEANSTALKD, folder).data(folder.resolve("data"), 0),
        WRONG_A_KILL_OF_BEANSTALKD);
  }

  @Test
  void a_server_that_forgets_is_found_out() throws Exception {
    var ledger = new Ledger();
    var forgetful = RunningServer.of(Peer.BEANSTALKD, folder);
    try (var server = forgetful.start()) {
      var load = new CrashLoad(server, "forgotten", SEED);
      load.start();
      // However slow the machine is, some are acknowledged by then, and not all of them deleted.
      try (var talk = server.connect()) {
        Await.until(
            "there is something to forget",
            () -> Told.number(talk, "stats", "total-jobs") > FORGOTTEN_JOBS);
      }
      server.kill9();
      ledger.add(load.known());
    }
    try (var server = forgetful.start()) {
      assertThat(Census.check(server, ledger, new Random(SEED)))
          .anyMatch(line -> line.startsWith("lost: "))
          .anyMatch(line -> line.contains("was given again"));
    }
  }

  private RunningServer.Launch serve(String durability) {
    return RunningServer.serve(folder, folder.resolve("data"), durability);
  }

  private static void rounds(RunningServer.Launch launch, int wrongPerKill) throws Exception {
    var random = new Random(SEED);
    var ledger = new Ledger();
    int kills = 0;
    for (int round = 1; round <= ROUNDS; round++) {
      var as = "round %d of %d, seed %d".formatted(round, ROUNDS, SEED);
      try (var server = launch.start()) {
        live(server, ledger, "r" + round, random);
        kills++;
      }
      if (random.nextInt(3) == 0) {
        killWhileItRecovers(launch, random);
        kills++;
      }
      try (var server = launch.start()) {
        int deleted = ledger.deleted();
        var wrong = Census.check(server, ledger, random);
        assertThat(wrong)
            .as("%s, %d kills%n%s", as, kills, server.output())
            .hasSizeLessThanOrEqualTo(kills * wrongPerKill);
        System.out.printf("%s: %d jobs there, %d deleted%n", as, ledger.alive(), deleted);
        wrong.forEach(System.out::println);
        server.kill9();
        kills = 1;
      }
    }
  }

  private static void live(RunningServer server, Ledger ledger, String life, Random random)
      throws InterruptedException {
    var load = new CrashLoad(server, life, random.nextLong());
    load.start();
    TimeUnit.MILLISECONDS.sleep(random.nextInt(LIFE_MS_MIN, LIFE_MS_MAX));
    server.kill9();
    ledger.add(load.known());
  }

  private static void killWhileItRecovers(RunningServer.Launch launch, Random random)
      throws Exception {
    var process = launch.startUnready();
    try {
      process.waitFor(random.nextInt(RECOVERY_MS_MAX), TimeUnit.MILLISECONDS);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
