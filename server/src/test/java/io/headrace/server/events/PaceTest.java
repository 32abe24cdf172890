package io.headrace.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PaceTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  @Test
  void further_tries_come_after_1_4_and_16_seconds_a_quarter_more_or_less() {
    Pace pace = Pace.DEFAULT;
    assertThat(pace.tries()).isEqualTo(4);
    assertThat(pace.delayNs(1, 0)).isEqualTo(SECOND * 3 / 4);
    assertThat(pace.delayNs(1, 0.5)).isEqualTo(SECOND);
    assertThat(pace.delayNs(2, 0.5)).isEqualTo(4 * SECOND);
    assertThat(pace.delayNs(3, 1)).isEqualTo(20 * SECOND);
  }

  @Test
  void a_burst_is_allowed_at_once_and_then_one_at_a_time() {
    var bucket = new TokenBucket(10, 20, 5);
    for (int i = 0; i < 20; i++) {
      assertThat(bucket.waitNs(5)).isZero();
      bucket.take();
    }
    assertThat(bucket.waitNs(5)).isEqualTo(SECOND / 10);
    assertThat(bucket.waitNs(5 + SECOND / 20)).isEqualTo(SECOND / 20);
    assertThat(bucket.waitNs(5 + SECOND / 10)).isZero();
    bucket.take();
    assertThat(bucket.waitNs(5 + SECOND / 10)).isEqualTo(SECOND / 10);
  }

  @Test
  void no_more_than_a_burst_is_saved_up() {
    var bucket = new TokenBucket(10, 2, 0);
    long later = 3600 * SECOND;
    assertThat(bucket.waitNs(later)).isZero();
    bucket.take();
    bucket.take();
    assertThat(bucket.waitNs(later)).isPositive();
  }
}
