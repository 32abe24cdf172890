package io.headrace.queue;

import static io.headrace.queue.TestQueue.A;
import static io.headrace.queue.TestQueue.B;
import static io.headrace.queue.TestQueue.C;
import static io.headrace.queue.TestQueue.LONG_NS;
import static io.headrace.queue.TestQueue.MAIL;
import static io.headrace.queue.TestQueue.SECOND_NS;
import static io.headrace.queue.TestQueue.said;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.model.Effect;
import org.junit.jupiter.api.Test;

/** How sessions begin and end, and what they leave behind. */
final class SessionTest {
  private final TestQueue queue = new TestQueue();

  @Test
  void a_session_uses_and_watches_the_default_tube_at_first() {
    assertThat(queue.machine.used(A)).isEqualTo(TubeName.DEFAULT);
    assertThat(queue.machine.watched(A)).containsExactly(TubeName.DEFAULT);
    assertThat(queue.tube(TubeName.DEFAULT).using()).isEqualTo(3);
    assertThat(queue.tube(TubeName.DEFAULT).watching()).isEqualTo(3);
  }

  @Test
  void a_session_that_ends_leaves_its_jobs_ready_at_once_and_unchanged() {
    long job = queue.put(A, 7, 3 * SECOND_NS, LONG_NS);
    queue.apply(new Command.ReserveJob(B, job));
    queue.apply(new Command.SessionClose(B, SessionEnd.QUIT));

    JobView view = queue.job(job);
    assertThat(view.state()).isEqualTo(JobState.READY);
    assertThat(view.priority()).isEqualTo(7);
    assertThat(view.reserves()).isEqualTo(1);
    assertThat(view.releases()).isZero();
    assertThat(view.timeouts()).isZero();
  }

  @Test
  void the_jobs_of_a_session_that_ends_go_to_those_who_wait() {
    long job = queue.put(A);
    queue.take(B);
    queue.startWaiting(C);

    assertThat(queue.apply(new Command.SessionClose(B, SessionEnd.QUIT)))
        .containsExactly(new Effect.Reserved(C, job, 1, 4));
  }

  @Test
  void a_session_that_ends_while_it_waits_is_told_timed_out_and_gets_nothing() {
    queue.startWaiting(B);

    assertThat(queue.apply(new Command.SessionClose(B, SessionEnd.QUIT)))
        .containsExactly(said(B, Answer.TIMED_OUT));
    long job = queue.put(A);
    assertThat(queue.job(job).state()).isEqualTo(JobState.READY);
  }

  @Test
  void a_session_does_not_get_its_own_job_back_when_it_ends() {
    long job = queue.put(A, 0, 0, LONG_NS);
    queue.take(B);
    queue.startWaiting(B);

    assertThat(queue.apply(new Command.SessionClose(B, SessionEnd.QUIT)))
        .containsExactly(said(B, Answer.TIMED_OUT));
    assertThat(queue.job(job).reserves()).isEqualTo(1);
  }

  @Test
  void a_cancelled_wait_is_told_timed_out() {
    queue.startWaiting(B);

    assertThat(queue.apply(new Command.CancelReserve(B)))
        .containsExactly(said(B, Answer.TIMED_OUT));
  }

  @Test
  void to_cancel_no_wait_changes_nothing() {
    assertThat(queue.apply(new Command.CancelReserve(B))).isEmpty();
  }

  @Test
  void commands_of_a_session_that_is_not_open_change_nothing_and_are_not_answered() {
    long job = queue.put(A);
    queue.apply(new Command.SessionClose(B, SessionEnd.QUIT));

    assertThat(queue.apply(new Command.Delete(B, job))).isEmpty();
    assertThat(queue.apply(new Command.Reserve(B, 0))).isEmpty();
    assertThat(queue.apply(new Command.Use(B, MAIL))).isEmpty();
    assertThat(queue.apply(new Command.SessionClose(B, SessionEnd.QUIT))).isEmpty();
    assertThat(queue.machine.tubes()).containsExactly(TubeName.DEFAULT);
    assertThat(queue.job(job).state()).isEqualTo(JobState.READY);
  }

  @Test
  void a_restart_ends_all_sessions_and_counts_nothing_against_their_jobs() {
    long job = queue.put(A);
    queue.take(B);

    assertThat(queue.apply(new Command.Restart(2))).isEmpty();
    assertThat(queue.machine.epoch()).isEqualTo(2);
    assertThat(queue.machine.totals().sessions()).isZero();
    assertThat(queue.job(job).state()).isEqualTo(JobState.READY);
    assertThat(queue.job(job).timeouts()).isZero();
    assertThat(queue.job(job).releases()).isZero();
  }

  @Test
  void a_restart_gives_no_job_to_a_session_of_before_that_waited() {
    long job = queue.put(A);
    queue.take(B);
    queue.startWaiting(C);
    queue.apply(new Command.Restart(2));

    assertThat(queue.job(job).reserves()).isEqualTo(1);
    assertThat(queue.machine.totals().waiting()).isZero();
  }

  @Test
  void a_session_of_before_a_restart_is_not_found_after_it() {
    long job = queue.put(A);
    queue.take(B);
    queue.apply(new Command.Restart(2));
    queue.apply(new Command.SessionOpen(new SessionId(2, 2), ""));

    assertThat(queue.apply(new Command.Delete(B, job))).isEmpty();
    assertThat(queue.apply(new Command.Touch(new SessionId(2, 2), job)))
        .containsExactly(said(new SessionId(2, 2), Answer.NOT_FOUND));
  }

  @Test
  void ids_delays_and_burials_outlive_a_restart() {
    long delayed = queue.put(A, 0, 5 * SECOND_NS, LONG_NS);
    long buried = queue.putBuried(A);
    queue.apply(new Command.Restart(2));

    assertThat(queue.job(delayed).timeLeftNs()).isEqualTo(5 * SECOND_NS);
    assertThat(queue.job(buried).state()).isEqualTo(JobState.BURIED);
    assertThat(queue.machine.lastJob()).isEqualTo(buried);
  }

  @Test
  void producers_workers_and_those_who_wait_are_counted_while_they_are_open() {
    queue.put(A);
    queue.put(A);
    queue.take(B);
    queue.take(B);
    queue.startWaiting(C);

    assertThat(queue.machine.totals().producers()).isEqualTo(1);
    assertThat(queue.machine.totals().workers()).isEqualTo(2);
    assertThat(queue.machine.totals().waiting()).isEqualTo(1);
    assertThat(queue.tube(TubeName.DEFAULT).waiting()).isEqualTo(1);

    queue.apply(new Command.SessionClose(A, SessionEnd.QUIT));
    queue.apply(new Command.SessionClose(B, SessionEnd.QUIT));
    queue.apply(new Command.SessionClose(C, SessionEnd.QUIT));
    assertThat(queue.machine.totals().producers()).isZero();
    assertThat(queue.machine.totals().workers()).isZero();
    assertThat(queue.machine.totals().waiting()).isZero();
  }
}
