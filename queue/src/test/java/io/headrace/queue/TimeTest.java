package io.headrace.queue;

import static io.headrace.queue.TestQueue.A;
import static io.headrace.queue.TestQueue.B;
import static io.headrace.queue.TestQueue.C;
import static io.headrace.queue.TestQueue.LONG_NS;
import static io.headrace.queue.TestQueue.MAIL;
import static io.headrace.queue.TestQueue.SECOND_NS;
import static io.headrace.queue.TestQueue.reservedJobs;
import static io.headrace.queue.TestQueue.said;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.model.Effect;
import io.headrace.queue.model.EffectList;
import org.junit.jupiter.api.Test;

/** Delays, TTRs, time-outs of waiting, and the warning before a deadline. */
final class TimeTest {
  private final TestQueue queue = new TestQueue();

  @Test
  void a_delayed_job_is_not_given_before_its_delay_is_over() {
    queue.put(A, 0, 2 * SECOND_NS, LONG_NS);
    queue.pass(2 * SECOND_NS - 1);

    assertThat(queue.apply(new Command.Reserve(B, 0))).containsExactly(said(B, Answer.TIMED_OUT));
  }

  @Test
  void a_delayed_job_is_given_to_the_waiting_session_at_the_very_moment() {
    long job = queue.put(A, 0, 2 * SECOND_NS, LONG_NS);
    queue.startWaiting(B);

    assertThat(queue.pass(2 * SECOND_NS - 1)).isEmpty();
    assertThat(reservedJobs(queue.pass(1))).containsExactly(job);
  }

  @Test
  void the_next_deadline_is_that_of_the_soonest_job_wait_or_pause() {
    assertThat(queue.machine.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);

    queue.apply(new Command.PauseTube(A, TubeName.DEFAULT, 9 * SECOND_NS));
    assertThat(queue.machine.nextDeadlineNs()).isEqualTo(queue.nowNs() + 9 * SECOND_NS);

    queue.put(A, 0, 8 * SECOND_NS, LONG_NS);
    assertThat(queue.machine.nextDeadlineNs()).isEqualTo(queue.nowNs() + 8 * SECOND_NS);

    queue.apply(new Command.Reserve(B, 7 * SECOND_NS));
    assertThat(queue.machine.nextDeadlineNs()).isEqualTo(queue.nowNs() + 7 * SECOND_NS);
  }

  @Test
  void a_job_is_lost_by_its_holder_when_its_ttr_is_over_and_not_before() {
    long job = queue.put(A, 0, 0, 3 * SECOND_NS);
    queue.take(B);

    queue.pass(3 * SECOND_NS - 1);
    assertThat(queue.job(job).state()).isEqualTo(JobState.RESERVED);
    queue.pass(1);
    assertThat(queue.job(job).state()).isEqualTo(JobState.READY);
    assertThat(queue.job(job).timeouts()).isEqualTo(1);
    assertThat(queue.machine.totals().timeouts()).isEqualTo(1);
  }

  @Test
  void who_lost_a_job_by_its_ttr_gets_not_found_for_whatever_it_does_with_it() {
    long job = queue.put(A, 0, 0, SECOND_NS);
    queue.take(B);
    queue.pass(SECOND_NS);

    assertThat(queue.apply(new Command.Touch(B, job))).containsExactly(said(B, Answer.NOT_FOUND));
    assertThat(queue.apply(new Command.Release(B, job, 0, 0)))
        .containsExactly(said(B, Answer.NOT_FOUND));
    assertThat(queue.apply(new Command.Bury(B, job, 0))).containsExactly(said(B, Answer.NOT_FOUND));
    assertThat(queue.job(job).releases()).isZero();
  }

  @Test
  void who_lost_a_job_to_another_cannot_delete_it() {
    long job = queue.put(A, 0, 0, SECOND_NS);
    queue.take(B);
    queue.pass(SECOND_NS);
    queue.take(C);

    assertThat(queue.apply(new Command.Delete(B, job))).containsExactly(said(B, Answer.NOT_FOUND));
    assertThat(queue.apply(new Command.Touch(C, job))).containsExactly(said(C, Answer.TOUCHED));
  }

  @Test
  void a_deadline_that_nobody_ticked_for_takes_effect_before_the_next_command() {
    long job = queue.put(A, 0, 0, SECOND_NS);
    queue.take(B);
    queue.passUnseen(SECOND_NS);

    assertThat(queue.apply(new Command.Touch(B, job))).containsExactly(said(B, Answer.NOT_FOUND));
  }

  @Test
  void a_late_delivery_still_gives_the_whole_ttr() {
    long job = queue.put(A, 0, SECOND_NS, SECOND_NS);
    queue.startWaiting(B);
    queue.passUnseen(60 * SECOND_NS);

    assertThat(reservedJobs(queue.apply(new Command.Tick()))).containsExactly(job);
    assertThat(queue.job(job).timeLeftNs()).isEqualTo(SECOND_NS);
  }

  @Test
  void a_touch_gives_the_whole_ttr_again_and_not_more() {
    long job = queue.put(A, 0, 0, 5 * SECOND_NS);
    queue.take(B);
    queue.pass(3 * SECOND_NS);
    queue.apply(new Command.Touch(B, job));

    assertThat(queue.job(job).timeLeftNs()).isEqualTo(5 * SECOND_NS);
  }

  @Test
  void a_wait_ends_with_timed_out_at_its_end_and_not_before() {
    queue.apply(new Command.Reserve(B, 4 * SECOND_NS));

    assertThat(queue.pass(4 * SECOND_NS - 1)).isEmpty();
    assertThat(queue.pass(1)).containsExactly(said(B, Answer.TIMED_OUT));
    assertThat(queue.machine.totals().waiting()).isZero();
  }

  @Test
  void a_wait_for_ever_does_not_end() {
    queue.startWaiting(B);

    assertThat(queue.pass(100_000 * SECOND_NS)).isEmpty();
    assertThat(queue.machine.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void a_job_that_becomes_ready_at_the_end_of_a_wait_is_still_given() {
    long job = queue.put(A, 0, 4 * SECOND_NS, LONG_NS);
    queue.apply(new Command.Reserve(B, 4 * SECOND_NS));

    assertThat(reservedJobs(queue.pass(4 * SECOND_NS))).containsExactly(job);
  }

  @Test
  void a_session_that_soon_loses_a_job_is_warned_instead_of_waiting() {
    queue.put(A, 0, 0, SECOND_NS);
    queue.take(B);

    assertThat(queue.apply(new Command.Reserve(B, Command.FOREVER)))
        .containsExactly(said(B, Answer.DEADLINE_SOON));
    assertThat(queue.apply(new Command.Reserve(B, 0)))
        .containsExactly(said(B, Answer.DEADLINE_SOON));
  }

  @Test
  void a_session_is_warned_from_exactly_one_second_before_it_loses_a_job() {
    queue.put(A, 0, 0, 3 * SECOND_NS);
    queue.take(B);
    queue.pass(2 * SECOND_NS - 1);
    assertThat(queue.apply(new Command.Reserve(B, 0))).containsExactly(said(B, Answer.TIMED_OUT));

    queue.pass(1);
    assertThat(queue.apply(new Command.Reserve(B, 0)))
        .containsExactly(said(B, Answer.DEADLINE_SOON));
  }

  @Test
  void a_session_is_warned_while_it_waits_when_the_last_second_begins() {
    queue.put(A, 0, 0, 3 * SECOND_NS);
    queue.take(B);
    queue.startWaiting(B);

    assertThat(queue.pass(2 * SECOND_NS - 1)).isEmpty();
    assertThat(queue.pass(1)).containsExactly(said(B, Answer.DEADLINE_SOON));
  }

  @Test
  void a_ready_job_is_given_even_to_a_session_that_soon_loses_another() {
    queue.put(A, 0, 0, SECOND_NS);
    queue.take(B);
    long next = queue.put(A);

    assertThat(queue.take(B)).isEqualTo(next);
  }

  @Test
  void a_ready_job_in_a_paused_tube_keeps_no_warning_back() {
    queue.put(A, 0, 0, SECOND_NS);
    queue.take(B);
    queue.putInto(MAIL, 0);
    queue.apply(new Command.PauseTube(A, MAIL, LONG_NS));
    queue.apply(new Command.Watch(B, MAIL));

    assertThat(queue.apply(new Command.Reserve(B, 5 * SECOND_NS)))
        .containsExactly(said(B, Answer.DEADLINE_SOON));
  }

  @Test
  void a_job_taken_by_its_id_is_given_without_a_warning() {
    queue.put(A, 0, 0, SECOND_NS);
    queue.take(B);
    long other = queue.put(A);

    assertThat(reservedJobs(queue.apply(new Command.ReserveJob(B, other)))).containsExactly(other);
  }

  @Test
  void a_stamp_that_goes_back_counts_as_the_one_before() {
    queue.put(A, 0, SECOND_NS, LONG_NS);
    long beforeNs = queue.machine.lastStampNs();
    queue.machine.apply(beforeNs - SECOND_NS, new Command.Tick(), new EffectList());

    assertThat(queue.machine.lastStampNs()).isEqualTo(beforeNs);
    assertThat(queue.machine.nextDeadlineNs()).isEqualTo(beforeNs + SECOND_NS);
  }

  @Test
  void the_longest_delay_and_ttr_of_the_wire_are_kept_exactly() {
    long longestNs = 0xffff_ffffL * SECOND_NS;
    long job = queue.put(A, 0, longestNs, longestNs);
    assertThat(queue.job(job).timeLeftNs()).isEqualTo(longestNs);

    queue.apply(new Command.ReserveJob(B, job));
    assertThat(queue.job(job).timeLeftNs()).isEqualTo(longestNs);
  }

  @Test
  void what_is_due_and_not_yet_logged_is_shown_with_less_than_no_time_left() {
    long job = queue.put(A, 0, 0, SECOND_NS);
    queue.take(B);
    queue.passUnseen(3 * SECOND_NS);

    assertThat(queue.job(job).timeLeftNs()).isEqualTo(-2 * SECOND_NS);
    assertThat(queue.job(job).ageNs()).isEqualTo(3 * SECOND_NS);
  }

  @Test
  void a_lost_job_goes_to_who_waits_for_it() {
    long job = queue.put(A, 0, 0, SECOND_NS);
    queue.take(B);
    queue.startWaiting(C);

    assertThat(queue.pass(SECOND_NS)).containsExactly(new Effect.Reserved(C, job, 1, 4));
    assertThat(queue.job(job).reserves()).isEqualTo(2);
  }
}
