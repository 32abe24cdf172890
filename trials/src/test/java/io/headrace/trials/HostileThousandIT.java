package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand connections that do a server no good, beside fifty that use it: what the fifty notice,
 * and how much memory the thousand get.
 *
 * <p>{@code -Dheadrace.trials.seed} sets the pace of the fifty.
 */
final class HostileThousandIT {
  private static final long SEED = Long.getLong("headrace.trials.seed", System.nanoTime());
  private static final int HOSTILE = 1_000;
  private static final int HONEST = 50;

  /**
   * Short of a quarter of a second in the worst case: crowd, clients and server share what
   * processors there are, and a machine that does other work besides has less.
   */
  private static final double FACTOR_MAX = 20;

  /** A factor of very little is noise. */
  private static final double SMALL_US = 5_000;

  /** Bodies 64 MiB, input 8 MiB, and replies of 200 that read none: 128 KiB and one reply each. */
  private static final long GROWTH_KIB_MAX = 256 * 1024;

  @TempDir Path folder;

  @Test
  void fifty_honest_clients_hardly_notice_a_hostile_thousand() throws Exception {
    System.out.printf("seed %d%n", SEED);
    try (var server =
            RunningServer.serve(folder, Path.of("none"), "none")
                .options("--admin-listen", "none", "--memory-max", "64MiB", "--input-max", "8MiB")
                .start();
        var talk = server.connect();
        var honest = HonestClients.start(server, HONEST, SEED)) {
      // The first seconds are those of a cold JVM.
      honest.measure(6);
      var alone = honest.measure(6);
      long before = rssKib(server);
      Histogram beside;
      long after;
      long stallUs;
      try (var crowd = HostileCrowd.at(server.port(), HOSTILE)) {
        Await.until("they are all here", () -> crowd.open() == HOSTILE);
        // Long enough for commands to run out of time, and their senders to come again.
        beside = honest.measure(14);
        after = rssKib(server);
        stallUs = Told.number(talk, "stats", "headrace-loop-stall-p999-us");
      }
      double aloneUs = alone.getValueAtPercentile(99);
      double besideUs = beside.getValueAtPercentile(99);
      double factor = besideUs / Math.max(SMALL_US, aloneUs);
      System.out.printf(
          "p99 alone %d us, beside the thousand %d us (p50 %d and %d); RSS %d KiB, then %d KiB;"
              + " one turn of the loop in a thousand took %d us%n",
          alone.getValueAtPercentile(99),
          beside.getValueAtPercentile(99),
          alone.getValueAtPercentile(50),
          beside.getValueAtPercentile(50),
          before,
          after,
          stallUs);
      assertThat(factor).isLessThan(FACTOR_MAX);
      assertThat(after - before).as("KiB more").isLessThan(GROWTH_KIB_MAX);
      assertThat(Told.number(talk, "stats", "headrace-faults-unfinished"))
          .as("commands that were not ended")
          .isGreaterThanOrEqualTo(HOSTILE / 5);
      assertThat(server.output()).contains("(command-timeout)");
    }
  }

  private static long rssKib(RunningServer server) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + server.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
