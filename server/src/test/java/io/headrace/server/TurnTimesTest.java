package io.headrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;

final class TurnTimesTest {
  private static final long MS = 1_000_000;

  private final TurnTimes turns = new TurnTimes();

  private void turn(long beganNanos, long ns) {
    turns.begin(beganNanos);
    turns.end(beganNanos + ns);
  }

  @Test
  void a_loop_that_did_nothing_has_no_times() {
    assertThat(turns.count()).isZero();
    assertThat(turns.maxNs()).isZero();
    assertThat(turns.percentileNs(99)).isZero();
    assertThat(turns.countFrom(0)).isZero();
  }

  @Test
  void a_turn_lasts_from_its_first_event() {
    turns.begin(-5 * MS);
    turns.begin(0);
    turns.end(5 * MS);
    turn(0, MS);
    assertThat(turns.count()).isEqualTo(2);
    assertThat(turns.maxNs()).isCloseTo(10 * MS, withinPercentage(1));
  }

  @Test
  void the_long_ones_are_counted_beside_many_short_ones() {
    for (int i = 0; i < 997; i++) {
      turn(i * MS, MS / 20);
    }
    for (long ms : new long[] {9, 11, 30}) {
      turn(0, ms * MS);
    }
    assertThat(turns.countFrom(10 * MS)).isEqualTo(2);
    assertThat(turns.percentileNs(99)).isCloseTo(MS / 20, withinPercentage(1));
    assertThat(turns.percentileNs(99.9)).isCloseTo(11 * MS, withinPercentage(1));
    assertThat(turns.maxNs()).isCloseTo(30 * MS, withinPercentage(1));
  }

  @Test
  void what_is_off_the_scale_counts_as_its_end() {
    turn(0, 0);
    turn(0, 3_600_000 * MS);
    assertThat(turns.count()).isEqualTo(2);
    assertThat(turns.maxNs()).isCloseTo(60_000 * MS, withinPercentage(1));
    assertThat(turns.countFrom(3_600_000 * MS)).isEqualTo(1);
  }

  @Test
  void each_turn_is_counted_under_the_first_bound_that_it_does_not_exceed() {
    long[] bounds = {MS, 10 * MS, 100 * MS};
    for (long us : new long[] {1, 1_000, 1_100, 9_000, 10_000, 11_000, 200_000}) {
      turn(0, us * 1_000);
    }
    turn(0, 3_600_000 * MS);
    assertThat(turns.countsByBound(bounds)).containsExactly(2, 3, 1, 2);
    assertThat(turns.sumNs()).isEqualTo(232_101_000 + 60_000 * MS);
  }
}
