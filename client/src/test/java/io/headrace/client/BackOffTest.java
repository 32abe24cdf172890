package io.headrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class BackOffTest {
  private static final long MS = 1_000_000;

  private static BackOff backOff(long seed) {
    return new BackOff(Duration.ofMillis(50), Duration.ofSeconds(5), new SplittableRandom(seed));
  }

  @Test
  void the_most_that_is_waited_doubles_up_to_a_bound() {
    long seed = System.nanoTime();
    var backOff = backOff(seed);
    long boundMs = 50;
    for (int failures = 1; failures < 100; failures++) {
      int now = failures;
      long most = LongStream.range(0, 2000).map(_ -> backOff.ns(now)).max().getAsLong();
      assertThat(most)
          .as("seed %d, failure %d", seed, failures)
          .isLessThanOrEqualTo(boundMs * MS)
          .isGreaterThan(boundMs * MS * 9 / 10);
      boundMs = Math.min(5000, 2 * boundMs);
    }
  }

  @Test
  void the_first_attempt_waits_for_nothing_and_clients_do_not_wait_alike() {
    assertThat(backOff(1).ns(0)).isZero();
    assertThat(backOff(1).ns(8)).isNotEqualTo(backOff(2).ns(8));
  }
}
