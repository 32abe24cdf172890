package io.headrace.queue;

import static io.headrace.queue.TestQueue.A;
import static io.headrace.queue.TestQueue.B;
import static io.headrace.queue.TestQueue.C;
import static io.headrace.queue.TestQueue.FILM;
import static io.headrace.queue.TestQueue.LONG_NS;
import static io.headrace.queue.TestQueue.MAIL;
import static io.headrace.queue.TestQueue.SECOND_NS;
import static io.headrace.queue.TestQueue.reservedJobs;
import static io.headrace.queue.TestQueue.said;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.model.Effect;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a tube's policy does to its jobs, and which policies are refused. */
final class PolicyTest {
  private final TestQueue queue = new TestQueue();

  private static PolicySettings with(PolicyKey key, long value) {
    return PolicySettings.NONE.with(key, value);
  }

  private List<Effect> set(TubeName tube, PolicySettings settings) {
    return queue.apply(new Command.SetPolicy(A, tube, settings, 0));
  }

  private void setDefaultTube(PolicySettings settings) {
    assertThat(set(TubeName.DEFAULT, settings)).contains(said(A, Answer.POLICY_SET));
  }

  @Test
  void a_release_at_the_last_attempt_buries_the_job() {
    setDefaultTube(with(PolicyKey.MAX_ATTEMPTS, 2));
    long job = queue.put(A);
    queue.take(B);
    assertThat(queue.apply(new Command.Release(B, job, 10, 0)))
        .containsExactly(said(B, Answer.RELEASED));
    queue.take(B);

    assertThat(queue.apply(new Command.Release(B, job, 10, 0)))
        .contains(
            said(B, Answer.BURIED),
            new Effect.Ended(job, TubeName.DEFAULT, EndCause.EXHAUSTED, OnEnd.BURY));
  }

  @Test
  void time_outs_are_counted_by_themselves() {
    setDefaultTube(with(PolicyKey.MAX_TIMEOUTS, 1));
    long job = queue.put(A, 10, 0, SECOND_NS);
    queue.take(B);
    queue.pass(SECOND_NS);

    assertThat(queue.job(job).cause()).isEqualTo(EndCause.EXHAUSTED);
  }

  @Test
  void ten_vain_attempts_without_a_limit_are_told_once() {
    long job = queue.put(A);
    long told = 0;
    for (int i = 0; i < 12; i++) {
      queue.take(B);
      told +=
          queue.apply(new Command.Release(B, job, 10, 0)).stream()
              .filter(Effect.Struggles.class::isInstance)
              .count();
    }

    assertThat(told).isEqualTo(1);
  }

  @Test
  void what_is_not_finished_in_time_is_never_delivered() {
    setDefaultTube(with(PolicyKey.EXPIRES_AFTER, 2 * SECOND_NS));
    long late = queue.put(A);
    queue.pass(2 * SECOND_NS);
    long fresh = queue.put(A);

    assertThat(queue.apply(new Command.Reserve(B, 0)))
        .contains(new Effect.Ended(late, TubeName.DEFAULT, EndCause.EXPIRED, OnEnd.DROP))
        .filteredOn(Effect.Reserved.class::isInstance)
        .hasSize(1);
    assertThat(queue.job(fresh).state()).isEqualTo(JobState.RESERVED);
    assertThat(queue.machine.endRecords(1).getFirst().cause()).isEqualTo(EndCause.EXPIRED);
  }

  @Test
  void puts_beyond_what_may_be_ready_are_refused() {
    setDefaultTube(with(PolicyKey.MAX_READY, 1));
    queue.put(A);

    assertThat(queue.apply(new Command.Put(A, 1, 0, LONG_NS, new Body(77, 5, 1))))
        .containsExactly(new Effect.Freed(77, 5), said(A, Answer.OUT_OF_MEMORY));
    queue.take(B);
    queue.put(A);
    assertThat(queue.tube(TubeName.DEFAULT).ready()).isEqualTo(1);
  }

  @Test
  void puts_beyond_the_bytes_of_a_tube_are_refused() {
    setDefaultTube(with(PolicyKey.MAX_BYTES, 9));
    queue.put(A);
    queue.put(A);

    assertThat(queue.apply(new Command.Put(A, 1, 0, LONG_NS, queue.body(2))))
        .contains(said(A, Answer.OUT_OF_MEMORY));
    queue.apply(new Command.Put(A, 1, 0, LONG_NS, queue.body(1)));
    assertThat(queue.tube(TubeName.DEFAULT).bodyBytes()).isEqualTo(9);
  }

  @Test
  void no_more_run_than_may() {
    setDefaultTube(with(PolicyKey.MAX_RUNNING, 1));
    long first = queue.put(A);
    long second = queue.put(A);
    queue.take(B);
    queue.startWaiting(C);

    assertThat(reservedJobs(queue.apply(new Command.Delete(B, first)))).containsExactly(second);
  }

  @Test
  void a_rate_spreads_deliveries_after_a_burst() {
    setDefaultTube(with(PolicyKey.RATE_INTERVAL, SECOND_NS).with(PolicyKey.BURST, 2));
    for (int i = 0; i < 4; i++) {
      queue.put(A);
    }
    queue.take(B);
    queue.take(B);
    queue.startWaiting(B);

    assertThat(reservedJobs(queue.pass(SECOND_NS - 1))).isEmpty();
    assertThat(reservedJobs(queue.pass(1))).containsExactly(3L);
    assertThat(queue.apply(new Command.Reserve(C, 0))).containsExactly(said(C, Answer.TIMED_OUT));
  }

  @Test
  void a_job_that_timed_out_waits_by_the_policy_and_keeps_its_own_delay() {
    setDefaultTube(with(PolicyKey.RETRY_DELAY, 3 * SECOND_NS));
    long job = queue.put(A, 10, 0, SECOND_NS);
    queue.take(B);
    queue.pass(SECOND_NS);

    assertThat(queue.job(job).state()).isEqualTo(JobState.DELAYED);
    assertThat(queue.job(job).timeLeftNs()).isEqualTo(3 * SECOND_NS);
    assertThat(queue.job(job).delayNs()).isZero();
  }

  @Test
  void a_growing_delay_is_drawn_up_to_its_limit() {
    setDefaultTube(
        with(PolicyKey.RETRY_DELAY, SECOND_NS).with(PolicyKey.RETRY_DELAY_MAX, 4 * SECOND_NS));
    long job = queue.put(A, 10, 0, SECOND_NS);
    for (int times = 1; times < 8; times++) {
      queue.take(B);
      queue.pass(SECOND_NS);
      long mostNs = Math.min(4, 1L << (times - 1)) * SECOND_NS;
      assertThat(queue.job(job).timeLeftNs()).isBetween(0L, mostNs);
      queue.pass(mostNs);
    }
  }

  @Test
  void the_servers_policy_holds_where_a_tube_says_nothing() {
    queue.apply(new Command.SetDefaultPolicy(with(PolicyKey.MAX_READY, 1)));
    queue.put(A);

    assertThat(queue.apply(new Command.Put(A, 1, 0, LONG_NS, queue.body(1))))
        .contains(said(A, Answer.OUT_OF_MEMORY));
    setDefaultTube(with(PolicyKey.MAX_READY, 0));
    queue.put(A);
    assertThat(queue.tube(TubeName.DEFAULT).ready()).isEqualTo(2);
  }

  @Test
  void a_policy_that_is_cleared_keeps_no_tube() {
    set(MAIL, with(PolicyKey.MAX_READY, 1));
    assertThat(queue.machine.tubes()).contains(MAIL);

    queue.apply(
        new Command.SetPolicy(A, MAIL, PolicySettings.NONE, 1L << PolicyKey.MAX_READY.code()));
    assertThat(queue.machine.tubes()).doesNotContain(MAIL);
  }

  @Test
  void policies_that_contradict_themselves_change_nothing() {
    assertThat(set(MAIL, PolicySettings.NONE.withMoveTo(MAIL)))
        .containsExactly(new Effect.Refused(A, PolicyFault.MOVE_TO_ITSELF));
    assertThat(set(MAIL, PolicySettings.NONE.withMoveTo(FILM)))
        .containsExactly(new Effect.Refused(A, PolicyFault.MOVE_TO_UNKNOWN));
    assertThat(set(MAIL, with(PolicyKey.BURST, 5)))
        .containsExactly(new Effect.Refused(A, PolicyFault.BURST_WITHOUT_RATE));
    assertThat(set(MAIL, with(PolicyKey.RETRY_DELAY, 9).with(PolicyKey.RETRY_DELAY_MAX, 8)))
        .containsExactly(new Effect.Refused(A, PolicyFault.DELAY_MAX_BELOW_DELAY));
    assertThat(set(MAIL, with(PolicyKey.MAX_DEATHS, 3).with(PolicyKey.MAX_ATTEMPTS, 2)))
        .containsExactly(new Effect.Refused(A, PolicyFault.ATTEMPTS_BEFORE_DEATHS));
    assertThat(queue.machine.tubes()).containsExactly(TubeName.DEFAULT);
  }

  @Test
  void a_policy_is_changed_though_the_tube_it_moves_to_is_gone() {
    queue.apply(new Command.Use(B, FILM));
    set(MAIL, PolicySettings.NONE.withMoveTo(FILM));
    queue.apply(new Command.Use(B, MAIL));
    assertThat(queue.machine.tubes()).doesNotContain(FILM);

    assertThat(set(MAIL, with(PolicyKey.MAX_READY, 9))).containsExactly(said(A, Answer.POLICY_SET));
  }

  @Test
  void moves_in_a_circle_are_refused() {
    set(FILM, with(PolicyKey.MAX_READY, 9));
    set(MAIL, PolicySettings.NONE.withMoveTo(FILM));

    assertThat(set(FILM, PolicySettings.NONE.withMoveTo(MAIL)))
        .containsExactly(new Effect.Refused(A, PolicyFault.MOVE_IN_CIRCLE));
    assertThat(queue.tube(FILM).settings()).isEqualTo(with(PolicyKey.MAX_READY, 9));
  }
}
