package io.headrace.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BackoffTest {
  private static final long SEED = Long.getLong("headrace.seed", System.nanoTime());

  @Test
  void waits_double_up_to_the_cap_and_are_not_all_alike() {
    var backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60), new Random(SEED));
    for (int count = 1; count < 200; count++) {
      long wholeMs = count > 6 ? 60_000 : 1000L << (count - 1);
      assertThat(backoff.next())
          .as("failure %d, seed %d", count, SEED)
          .isBetween(Duration.ofMillis(wholeMs / 2), Duration.ofMillis(wholeMs));
    }
    assertThat(backoff.next()).as("seed %d", SEED).isNotEqualTo(backoff.next());
    backoff.reset();
    assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofSeconds(1));
    assertThat(backoff.failures()).isEqualTo(1);
  }
}
