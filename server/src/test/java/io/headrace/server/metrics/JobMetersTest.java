package io.headrace.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.AttemptEnd;
import io.headrace.queue.EndCause;
import io.headrace.queue.TubeName;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JobMetersTest {
  private static final TubeName MAIL = TubeName.of("mail");
  private static final long MS = 1_000_000;

  private final JobMeters meters = new JobMeters();

  private TubeMeters of(TubeName tube) {
    return meters.copy().stream()
        .filter(copy -> copy.tube().equals(tube))
        .findFirst()
        .orElseThrow()
        .meters();
  }

  private static TubeName numbered(int number) {
    return TubeName.of("t" + number);
  }

  @Test
  void each_time_is_in_the_first_bucket_that_is_long_enough() {
    for (long ns : List.of(-1L, 0L, 1L, MS, MS + 1, 4 * MS, 250 * MS + 1, 3_600_000 * MS)) {
      meters.began(MAIL, ns);
    }
    meters.began(MAIL, 3_600_000 * MS + 1);
    meters.began(MAIL, Long.MAX_VALUE);
    assertThat(of(MAIL).waits.counts()).containsExactly(4, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2);
  }

  @Test
  void every_bound_is_found_through_its_leading_zeros() {
    var bounds = Durations.boundsS();
    for (int i = 0; i < Durations.BUCKETS - 1; i++) {
      long ns = Math.round(bounds[i] * 1e9);
      var at = new Durations();
      at.record(ns);
      var after = new Durations();
      after.record(ns + 1);
      assertThat(at.counts()[i]).as("%s s", bounds[i]).isEqualTo(1);
      assertThat(after.counts()[i + 1]).as("more than %s s", bounds[i]).isEqualTo(1);
    }
  }

  @Test
  void attempts_and_ends_are_counted_by_tube_and_kind() {
    meters.ended(MAIL, AttemptEnd.TIMED_OUT, 5 * MS);
    meters.ended(TubeName.of("mail"), AttemptEnd.TIMED_OUT, 5 * MS);
    meters.jobEnded(MAIL, EndCause.POISONED);
    meters.jobEnded(numbered(1), EndCause.POISONED);
    assertThat(of(MAIL).attempts[AttemptEnd.TIMED_OUT.code()]).isEqualTo(2);
    assertThat(of(MAIL).attempts[AttemptEnd.DELETED.code()]).isZero();
    assertThat(of(MAIL).ends[EndCause.POISONED.code()]).isEqualTo(1);
    assertThat(of(MAIL).runs.count()).isEqualTo(2);
  }

  @Test
  void tubes_beyond_the_most_share_their_meters() {
    for (int i = 0; i < JobMeters.TUBES_MAX + 50; i++) {
      meters.began(numbered(i), MS);
    }
    meters.began(Tubes.OTHERS, MS);
    assertThat(meters.copy()).hasSize(JobMeters.TUBES_MAX + 1);
    assertThat(of(Tubes.OTHERS).waits.count()).isEqualTo(51);
    meters.began(numbered(0), MS);
    assertThat(of(numbered(0)).waits.count()).isEqualTo(2);
  }

  @Test
  void a_tube_that_is_gone_gives_its_place_up_once_all_are_taken() {
    meters.began(MAIL, MS);
    meters.forgetUnless(tube -> false);
    assertThat(of(MAIL).waits.count()).isEqualTo(1);
    for (int i = 1; i < JobMeters.TUBES_MAX; i++) {
      meters.began(numbered(i), MS);
    }
    meters.forgetUnless(tube -> !tube.equals(MAIL));
    meters.began(numbered(1_000), MS);
    assertThat(meters.copy()).hasSize(JobMeters.TUBES_MAX);
    assertThat(of(numbered(1_000)).waits.count()).isEqualTo(1);
  }

  @Test
  void a_sick_tube_without_meters_of_its_own_makes_the_others_sick_until_it_is_well() {
    for (int i = 0; i < JobMeters.TUBES_MAX; i++) {
      meters.sick(numbered(i), false);
    }
    meters.sick(MAIL, true);
    meters.sick(numbered(200), true);
    meters.sick(MAIL, true);
    meters.sick(MAIL, false);
    assertThat(of(Tubes.OTHERS).sick).isTrue();
    assertThat(of(numbered(1)).sick).isFalse();
    meters.sick(numbered(200), false);
    assertThat(meters.copy()).hasSize(JobMeters.TUBES_MAX);
  }

  @Test
  void the_99th_percentile_is_rounded_up_to_its_bucket_and_never_beyond_the_longest() {
    assertThat(meters.p99RunNs(MAIL)).isZero();
    meters.ended(MAIL, AttemptEnd.DELETED, 2 * MS);
    assertThat(meters.p99RunNs(MAIL)).isEqualTo(2 * MS);
    for (int i = 0; i < 98; i++) {
      meters.ended(MAIL, AttemptEnd.DELETED, MS);
    }
    meters.ended(MAIL, AttemptEnd.DELETED, 10_000 * MS);
    assertThat(meters.p99RunNs(MAIL)).isEqualTo(4 * MS);
    meters.ended(MAIL, AttemptEnd.DELETED, 9_000 * MS);
    assertThat(meters.p99RunNs(MAIL)).isEqualTo(10_000 * MS);
  }
}
