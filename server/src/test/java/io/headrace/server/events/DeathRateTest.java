package io.headrace.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class DeathRateTest {
  private static final long START_S = 1_700_000_000;

  private final DeathRate rate = new DeathRate(60);

  /** How many of so many deaths at this second are told of. */
  private int deaths(int count, long second) {
    int told = 0;
    for (int i = 0; i < count; i++) {
      told += rate.died(TimeUnit.SECONDS.toNanos(START_S + second)).isPresent() ? 1 : 0;
    }
    return told;
  }

  @Test
  void the_usual_rate_is_not_told() {
    int told = 0;
    for (int second = 0; second < 600; second++) {
      told += deaths(1, second);
    }
    assertThat(told).isZero();
  }

  @Test
  void more_than_usual_are_told_once_however_long_it_goes_on() {
    assertThat(deaths(60, 0)).isZero();
    Event event = rate.died(TimeUnit.SECONDS.toNanos(START_S)).orElseThrow();
    assertThat(event.kind()).isEqualTo(EventKind.DEAD_LETTERS_RATE);
    assertThat(event.details()).containsEntry("per-minute", "61").containsEntry("usual", "60");
    int told = 0;
    for (int second = 1; second < 600; second++) {
      told += deaths(2, second);
    }
    assertThat(told).isZero();
  }

  @Test
  void a_rate_about_the_limit_is_told_once() {
    int told = 0;
    for (int second = 0; second < 3_600; second += 5) {
      told += deaths(second % 60 == 0 ? 6 : 5, second);
    }
    assertThat(told).isEqualTo(1);
  }

  @Test
  void it_is_told_again_after_it_fell_for_a_minute_and_rose() {
    assertThat(deaths(100, 0)).isEqualTo(1);
    assertThat(deaths(61, 61)).isZero();
    int told = 0;
    for (int second = 62; second < 240; second++) {
      told += deaths(1, second);
    }
    assertThat(told).isZero();
    assertThat(deaths(61, 240)).isEqualTo(1);
  }

  @Test
  void after_a_long_quiet_time_the_count_begins_anew() {
    assertThat(deaths(61, 0)).isEqualTo(1);
    assertThat(deaths(60, 10_000)).isZero();
    assertThat(deaths(1, 10_000)).isEqualTo(1);
  }

  @Test
  void a_clock_that_goes_back_changes_nothing() {
    assertThat(deaths(60, 100)).isZero();
    assertThat(deaths(1, 0)).isEqualTo(1);
  }
}
