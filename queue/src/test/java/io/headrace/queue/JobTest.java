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
import org.junit.jupiter.api.Test;

/** What becomes of a job: put, reserve-job, delete, release, bury, kick. */
final class JobTest {
  private final TestQueue queue = new TestQueue();

  @Test
  void ids_count_from_1() {
    assertThat(queue.apply(new Command.Put(A, 0, 0, LONG_NS, queue.body(4))))
        .containsExactly(new Effect.Inserted(A, 1));
    assertThat(queue.put(A)).isEqualTo(2);
  }

  @Test
  void a_skipped_id_is_never_given() {
    queue.put(A);
    assertThat(queue.apply(new Command.SkipId())).isEmpty();

    assertThat(queue.put(A)).isEqualTo(3);
    assertThat(queue.machine.job(2, queue.nowNs())).isEmpty();
  }

  @Test
  void the_id_of_a_deleted_job_does_not_come_back() {
    long job = queue.put(A);
    queue.apply(new Command.Delete(A, job));

    assertThat(queue.put(A)).isEqualTo(job + 1);
  }

  @Test
  void a_put_of_a_session_that_is_gone_takes_an_id_and_gives_its_body_back() {
    queue.apply(new Command.SessionClose(A, SessionEnd.QUIT));

    assertThat(queue.apply(new Command.Put(A, 0, 0, LONG_NS, new Body(77, 5, 1))))
        .containsExactly(new Effect.Freed(77, 5));
    assertThat(queue.put(B)).isEqualTo(2);
    assertThat(queue.machine.totals().total()).isEqualTo(1);
  }

  @Test
  void a_reserved_job_comes_with_its_body() {
    queue.apply(new Command.Put(A, 0, 0, LONG_NS, new Body(77, 5, 1)));

    assertThat(queue.apply(new Command.Reserve(B, 0)))
        .containsExactly(new Effect.Reserved(B, 1, 77, 5));
  }

  @Test
  void a_delete_frees_the_body() {
    queue.apply(new Command.Put(A, 0, 0, LONG_NS, new Body(77, 5, 1)));

    assertThat(queue.apply(new Command.Delete(B, 1)))
        .containsExactlyInAnyOrder(said(B, Answer.DELETED), new Effect.Freed(77, 5));
    assertThat(queue.machine.totals().bodyBytes()).isZero();
    assertThat(queue.machine.job(1, queue.nowNs())).isEmpty();
  }

  @Test
  void anybody_may_delete_a_ready_delayed_or_buried_job() {
    long ready = queue.put(A);
    long delayed = queue.put(A, 0, SECOND_NS, LONG_NS);
    long buried = queue.putBuried(A);

    assertThat(queue.apply(new Command.Delete(B, ready))).contains(said(B, Answer.DELETED));
    assertThat(queue.apply(new Command.Delete(B, delayed))).contains(said(B, Answer.DELETED));
    assertThat(queue.apply(new Command.Delete(B, buried))).contains(said(B, Answer.DELETED));
    assertThat(queue.pass(2 * SECOND_NS)).isEmpty();
  }

  @Test
  void a_job_held_by_another_session_is_not_found() {
    long job = queue.put(A);
    queue.take(A);

    assertThat(queue.apply(new Command.Delete(B, job))).containsExactly(said(B, Answer.NOT_FOUND));
    assertThat(queue.apply(new Command.ReserveJob(B, job)))
        .containsExactly(said(B, Answer.NOT_FOUND));
    assertThat(queue.apply(new Command.KickJob(B, job))).containsExactly(said(B, Answer.NOT_FOUND));
  }

  @Test
  void a_held_job_may_be_deleted_by_its_holder() {
    long job = queue.put(A);
    queue.take(B);

    assertThat(queue.apply(new Command.Delete(B, job))).contains(said(B, Answer.DELETED));
  }

  @Test
  void a_job_is_deleted_once() {
    long job = queue.put(A);
    queue.apply(new Command.Delete(A, job));

    assertThat(queue.apply(new Command.Delete(A, job))).containsExactly(said(A, Answer.NOT_FOUND));
  }

  @Test
  void ids_that_no_job_can_have_are_not_found() {
    queue.put(A);

    for (long id : new long[] {0, -1, 2, Long.MAX_VALUE, Long.MIN_VALUE, (1L << 32) + 1}) {
      assertThat(queue.apply(new Command.Delete(A, id))).containsExactly(said(A, Answer.NOT_FOUND));
      assertThat(queue.apply(new Command.ReserveJob(A, id)))
          .containsExactly(said(A, Answer.NOT_FOUND));
      assertThat(queue.machine.job(id, queue.nowNs())).isEmpty();
    }
  }

  @Test
  void a_ready_delayed_or_buried_job_of_any_tube_can_be_reserved_by_its_id() {
    long ready = queue.putInto(MAIL, 0);
    long delayed = queue.put(A, 0, SECOND_NS, LONG_NS);
    long buried = queue.putBuried(A);

    assertThat(reservedJobs(queue.apply(new Command.ReserveJob(B, ready)))).containsExactly(ready);
    assertThat(reservedJobs(queue.apply(new Command.ReserveJob(B, delayed))))
        .containsExactly(delayed);
    assertThat(reservedJobs(queue.apply(new Command.ReserveJob(B, buried))))
        .containsExactly(buried);
    assertThat(queue.pass(2 * SECOND_NS)).isEmpty();
    assertThat(queue.job(delayed).state()).isEqualTo(JobState.RESERVED);
  }

  @Test
  void a_job_of_a_paused_tube_can_be_reserved_by_its_id() {
    long job = queue.put(A);
    queue.apply(new Command.PauseTube(A, TubeName.DEFAULT, LONG_NS));

    assertThat(reservedJobs(queue.apply(new Command.ReserveJob(B, job)))).containsExactly(job);
  }

  @Test
  void a_session_cannot_reserve_again_by_its_id_what_it_holds() {
    long job = queue.put(A);
    queue.take(B);

    assertThat(queue.apply(new Command.ReserveJob(B, job)))
        .containsExactly(said(B, Answer.NOT_FOUND));
  }

  @Test
  void a_release_sets_priority_and_delay() {
    long job = queue.put(A, 10);
    queue.take(B);

    assertThat(queue.apply(new Command.Release(B, job, 3, 2 * SECOND_NS)))
        .containsExactly(said(B, Answer.RELEASED));
    assertThat(queue.job(job).state()).isEqualTo(JobState.DELAYED);
    assertThat(queue.job(job).priority()).isEqualTo(3);
    assertThat(queue.job(job).delayNs()).isEqualTo(2 * SECOND_NS);
    assertThat(queue.job(job).releases()).isEqualTo(1);
    assertThat(queue.job(job).timeLeftNs()).isEqualTo(2 * SECOND_NS);
  }

  @Test
  void a_release_without_a_delay_serves_who_waits() {
    long job = queue.put(A);
    queue.take(B);
    queue.startWaiting(C);

    assertThat(queue.apply(new Command.Release(B, job, 3, 0)))
        .containsExactly(said(B, Answer.RELEASED), new Effect.Reserved(C, job, 1, 4));
  }

  @Test
  void only_the_holder_may_release_bury_or_touch() {
    long held = queue.put(A);
    queue.take(B);
    long ready = queue.put(A);

    for (long job : new long[] {held, ready}) {
      assertThat(queue.apply(new Command.Release(C, job, 0, 0)))
          .containsExactly(said(C, Answer.NOT_FOUND));
      assertThat(queue.apply(new Command.Bury(C, job, 0)))
          .containsExactly(said(C, Answer.NOT_FOUND));
      assertThat(queue.apply(new Command.Touch(C, job))).containsExactly(said(C, Answer.NOT_FOUND));
    }
  }

  @Test
  void a_buried_job_is_given_to_nobody_and_is_never_due() {
    long job = queue.put(A, 10, 0, SECOND_NS);
    queue.take(B);

    assertThat(queue.apply(new Command.Bury(B, job, 4))).containsExactly(said(B, Answer.BURIED));
    assertThat(queue.pass(9 * SECOND_NS)).isEmpty();
    assertThat(queue.apply(new Command.Reserve(C, 0))).containsExactly(said(C, Answer.TIMED_OUT));
    assertThat(queue.job(job).priority()).isEqualTo(4);
    assertThat(queue.job(job).buries()).isEqualTo(1);
  }

  @Test
  void a_kick_makes_buried_jobs_ready_in_the_order_of_their_burial() {
    long first = queue.putBuried(A);
    long second = queue.putBuried(A);
    long third = queue.putBuried(A);

    assertThat(queue.apply(new Command.Kick(B, 2))).containsExactly(new Effect.Kicked(B, 2));
    assertThat(queue.job(first).state()).isEqualTo(JobState.READY);
    assertThat(queue.job(second).state()).isEqualTo(JobState.READY);
    assertThat(queue.job(third).state()).isEqualTo(JobState.BURIED);
    assertThat(queue.job(first).kicks()).isEqualTo(1);
    assertThat(queue.job(third).kicks()).isZero();
  }

  @Test
  void a_kick_touches_no_delayed_job_while_one_is_buried() {
    long delayed = queue.put(A, 0, SECOND_NS, LONG_NS);
    queue.putBuried(A);

    assertThat(queue.apply(new Command.Kick(A, 10))).containsExactly(new Effect.Kicked(A, 1));
    assertThat(queue.job(delayed).state()).isEqualTo(JobState.DELAYED);
  }

  @Test
  void a_kick_without_buried_jobs_takes_the_delayed_ones_that_are_ready_soonest() {
    long later = queue.put(A, 0, 3 * SECOND_NS, LONG_NS);
    long sooner = queue.put(A, 9, 2 * SECOND_NS, LONG_NS);

    assertThat(queue.apply(new Command.Kick(A, 1))).containsExactly(new Effect.Kicked(A, 1));
    assertThat(queue.job(sooner).state()).isEqualTo(JobState.READY);
    assertThat(queue.job(later).state()).isEqualTo(JobState.DELAYED);
    assertThat(queue.job(sooner).delayNs()).isEqualTo(2 * SECOND_NS);
  }

  @Test
  void a_kick_looks_only_at_the_tube_that_the_session_uses() {
    queue.putBuried(A);
    queue.apply(new Command.Use(B, MAIL));

    assertThat(queue.apply(new Command.Kick(B, 10))).containsExactly(new Effect.Kicked(B, 0));
  }

  @Test
  void a_kick_serves_who_waits() {
    long job = queue.putBuried(A);
    queue.startWaiting(B);

    assertThat(reservedJobs(queue.apply(new Command.Kick(A, 1)))).containsExactly(job);
  }

  @Test
  void a_buried_or_delayed_job_can_be_kicked_by_its_id() {
    long buried = queue.putBuried(A);
    long delayed = queue.put(A, 0, SECOND_NS, LONG_NS);

    assertThat(queue.apply(new Command.KickJob(B, buried)))
        .containsExactly(said(B, Answer.JOB_KICKED));
    assertThat(queue.apply(new Command.KickJob(B, delayed)))
        .containsExactly(said(B, Answer.JOB_KICKED));
    assertThat(queue.apply(new Command.KickJob(B, delayed)))
        .containsExactly(said(B, Answer.NOT_FOUND));
    assertThat(queue.job(buried).kicks()).isEqualTo(1);
  }

  @Test
  void a_kicked_delayed_job_is_not_due_any_more() {
    long job = queue.put(A, 0, SECOND_NS, LONG_NS);
    queue.apply(new Command.KickJob(A, job));

    assertThat(queue.machine.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    assertThat(queue.take(B)).isEqualTo(job);
    queue.pass(2 * SECOND_NS);
    assertThat(queue.job(job).state()).isEqualTo(JobState.RESERVED);
  }

  @Test
  void the_age_of_a_job_counts_from_its_put() {
    long job = queue.put(A);
    queue.pass(SECOND_NS);
    queue.take(B);
    queue.apply(new Command.Release(B, job, 0, 0));
    queue.pass(SECOND_NS);

    assertThat(queue.job(job).ageNs()).isEqualTo(2 * SECOND_NS);
  }

  @Test
  void a_job_is_urgent_below_priority_1024_and_only_while_it_is_ready() {
    queue.put(A, 1024);
    long urgent = queue.put(A, 1023);
    assertThat(queue.tube(TubeName.DEFAULT).urgent()).isEqualTo(1);
    assertThat(queue.machine.totals().urgent()).isEqualTo(1);

    queue.apply(new Command.ReserveJob(B, urgent));
    assertThat(queue.tube(TubeName.DEFAULT).urgent()).isZero();

    queue.apply(new Command.Release(B, urgent, 2000, 0));
    assertThat(queue.machine.totals().urgent()).isZero();
  }
}
