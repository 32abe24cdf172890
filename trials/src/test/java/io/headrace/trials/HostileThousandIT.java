package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A thousand connections that do a server no good, beside fifty that use it: what the fifty notice,
 * and how much memory the thousand get.
 *
 * <p>{@code -Dheadrace.trials.seed} sets the pace of the fifty.
 */
@Isolated("it compares times of reply")
final class HostileThousandIT {
  private static final long SEED = Long.getLong("headrace.trials.seed", System.nanoTime());
  private static final int HOSTILE = 1_000;
  private static final int HONEST = 50;

  /**
   * Crowd, clients and server share what processors there are, and a machine that does other work
   * besides has less: what is asserted is an order of magnitude, what is printed is the figure.
   */
  private static final double FACTOR_MAX = 4;

  /** Something else that this machine does may spoil a measurement; a defect spoils each. */
  private static final int MEASUREMENTS_MAX = 3;

  /** A factor of very little is noise. */
  private static final double SMALL_US = 5_000;

  /** Bodies 64 MiB, input 8 MiB, and replies of 200 that read none: 192 KiB and one reply each. */
  private static final long GROWTH_KIB_MAX = 256 * 1024;

  @TempDir Path folder;

  @Test
  void fifty_honest_clients_hardly_notice_a_hostile_thousand() throws Exception {
    System.out.printf("seed %d%n", SEED);
    try (var server = launch().start();
        var talk = server.connect();
        var honest = HonestClients.start(server, HONEST, SEED)) {
      // The first seconds are those of a cold JVM.
      honest.measure(5);
      var alone = honest.measure(5);
      // What a crowd costs that has nothing to do with this server: the machine's part.
      Histogram elsewhere;
      try (var other = launch().start()) {
        elsewhere = beside(honest, other, 6);
      }
      long before = rssKib(server);
      // The first crowd finds code that was never run, the second is what lasts.
      var first = beside(honest, server, 4);
      Histogram second;
      long after;
      try (var crowd = HostileCrowd.at(server.port(), HOSTILE)) {
        Await.until("they are all here", () -> crowd.open() == HOSTILE);
        // Long enough for commands to run out of time, and their senders to come again.
        second = honest.measure(14);
        after = rssKib(server);
      }
      System.out.printf(
          "p50 and p99 in us: alone %s; a thousand elsewhere %s; a first thousand here %s; a second"
              + " %s. RSS %d KiB, then %d KiB; one turn of the loop in a thousand took %d us%n",
          told(alone),
          told(elsewhere),
          told(first),
          told(second),
          before,
          after,
          Told.number(talk, "stats", "headrace-loop-stall-p999-us"));
      double factor = factor(second, alone);
      for (int i = 1; i < MEASUREMENTS_MAX && factor >= FACTOR_MAX; i++) {
        // The last crowd has left, and its connections are cleared away before this begins.
        honest.measure(5);
        var aloneAgain = honest.measure(5);
        factor = factor(beside(honest, server, 14), aloneAgain);
        System.out.printf("measured once more: p99 is %.1f times that alone%n", factor);
      }
      assertThat(factor).isLessThan(FACTOR_MAX);
      assertThat(after - before).as("KiB more").isLessThan(GROWTH_KIB_MAX);
      assertThat(Told.number(talk, "stats", "headrace-faults-unfinished"))
          .as("commands that were not ended")
          .isGreaterThanOrEqualTo(HOSTILE / 5);
      assertThat(server.output()).contains("(command-timeout)");
    }
  }

  private RunningServer.Launch launch() {
    return RunningServer.serve(folder, Path.of("none"), "none")
        .options("--admin-listen", "none", "--memory-max", "64MiB", "--input-max", "8MiB");
  }

  private static double factor(Histogram beside, Histogram alone) {
    double aloneUs = alone.getValueAtPercentile(99);
    return beside.getValueAtPercentile(99) / Math.max(SMALL_US, aloneUs);
  }

  private static Histogram beside(HonestClients honest, RunningServer crowded, int seconds)
      throws Exception {
    try (var crowd = HostileCrowd.at(crowded.port(), HOSTILE)) {
      Await.until("they are all here", () -> crowd.open() == HOSTILE);
      return honest.measure(seconds);
    }
  }

  private static String told(Histogram timesUs) {
    return timesUs.getValueAtPercentile(50) + " and " + timesUs.getValueAtPercentile(99);
  }

  private static long rssKib(RunningServer server) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + server.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
