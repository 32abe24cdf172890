package io.headrace.queue;

import static io.headrace.queue.TestQueue.A;
import static io.headrace.queue.TestQueue.B;
import static io.headrace.queue.TestQueue.C;
import static io.headrace.queue.TestQueue.MAIL;
import static io.headrace.queue.TestQueue.SECOND_NS;
import static io.headrace.queue.TestQueue.reservedJobs;
import static io.headrace.queue.TestQueue.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.headrace.queue.model.Effect;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the death of a holder says of its jobs, and what becomes of them. */
final class DeathTest {
  private final TestQueue queue = new TestQueue();
  private long lastSession = 10;

  private SessionId worker() {
    SessionId session = new SessionId(1, ++lastSession);
    queue.apply(new Command.SessionOpen(session, "10.0.0.1:" + lastSession));
    return session;
  }

  private List<Effect> die(SessionId session) {
    return queue.apply(new Command.SessionClose(session, SessionEnd.DIED));
  }

  /** A new worker takes the next job and dies of it. */
  private List<Effect> lose(long job) {
    SessionId worker = worker();
    assertThat(queue.take(worker)).isEqualTo(job);
    return die(worker);
  }

  /** Three workers die of the job, one after the other. */
  private void kill(long job) {
    lose(job);
    lose(job);
    queue.pass(SECOND_NS);
    lose(job);
  }

  @Test
  void a_job_whose_holder_quits_is_no_suspect() {
    long job = queue.put(A);
    queue.take(B);
    queue.apply(new Command.SessionClose(B, SessionEnd.QUIT));

    assertThat(queue.job(job).standing()).isEqualTo(JobView.Standing.PLAIN);
    assertThat(queue.job(job).deaths()).isZero();
  }

  @Test
  void a_lost_network_is_not_held_against_the_job() {
    long job = queue.put(A);
    for (int i = 0; i < 10; i++) {
      SessionId worker = worker();
      queue.take(worker);
      queue.apply(new Command.SessionClose(worker, SessionEnd.UNREACHABLE));
      queue.pass(SECOND_NS);
    }

    assertThat(queue.job(job).state()).isEqualTo(JobState.READY);
    assertThat(queue.job(job).deaths()).isZero();
    assertThat(queue.job(job).standing()).isEqualTo(JobView.Standing.PLAIN);
  }

  @Test
  void three_deaths_poison_a_job_once_nobody_else_dies() {
    long job = queue.put(A);
    kill(job);
    assertThat(queue.job(job).standing()).isEqualTo(JobView.Standing.CONDEMNED);
    assertThat(queue.apply(new Command.Reserve(B, 0))).containsExactly(said(B, Answer.TIMED_OUT));

    assertThat(queue.pass(5 * SECOND_NS))
        .contains(new Effect.Ended(job, TubeName.DEFAULT, EndCause.POISONED, OnEnd.BURY));
    assertThat(queue.job(job).state()).isEqualTo(JobState.BURIED);
    assertThat(queue.job(job).cause()).isEqualTo(EndCause.POISONED);
  }

  @Test
  void no_death_counts_where_the_policy_says_so() {
    set("max-deaths", TubeName.DEFAULT, PolicySettings.NONE.with(PolicyKey.MAX_DEATHS, 0));
    long job = queue.put(A);
    for (int i = 0; i < 20; i++) {
      lose(job);
    }

    assertThat(queue.job(job).state()).isEqualTo(JobState.READY);
    assertThat(queue.job(job).standing()).isEqualTo(JobView.Standing.PLAIN);
  }

  private void set(String why, TubeName tube, PolicySettings settings) {
    assertThat(queue.apply(new Command.SetPolicy(A, tube, settings, 0)))
        .as(why)
        .containsExactly(said(A, Answer.POLICY_SET));
  }

  @Test
  void jobs_that_were_held_beside_the_one_that_killed_are_cleared_by_a_clean_run() {
    long bad = queue.put(A);
    List<Long> good = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      good.add(queue.put(A));
    }
    SessionId worker = worker();
    for (int i = 0; i < 6; i++) {
      queue.take(worker);
    }
    die(worker);
    lose(bad);
    queue.pass(SECOND_NS);
    lose(bad);
    queue.pass(5 * SECOND_NS);

    assertThat(queue.job(bad).state()).isEqualTo(JobState.BURIED);
    for (long job : good) {
      assertThat(queue.job(job).standing()).isEqualTo(JobView.Standing.SUSPECT);
      assertThat(queue.take(B)).isEqualTo(job);
      queue.apply(new Command.Release(B, job, 99, 0));
      assertThat(queue.job(job).standing()).isEqualTo(JobView.Standing.PLAIN);
      queue.apply(new Command.Delete(B, job));
    }
  }

  @Test
  void a_suspect_goes_to_a_session_that_holds_nothing_and_that_gets_nothing_else() {
    long suspect = queue.put(A);
    lose(suspect);
    long plain = queue.put(A, 5);
    assertThat(queue.take(B)).isEqualTo(plain);
    queue.put(A, 99);

    assertThat(queue.take(B)).isEqualTo(plain + 1);
    assertThat(queue.take(C)).isEqualTo(suspect);
    queue.put(A);
    assertThat(queue.apply(new Command.Reserve(C, 0))).containsExactly(said(C, Answer.TIMED_OUT));
    queue.apply(new Command.Delete(C, suspect));
    assertThat(queue.take(C)).isEqualTo(plain + 2);
  }

  @Test
  void one_suspect_of_a_tube_runs_at_a_time() {
    long first = queue.put(A);
    long second = queue.put(A);
    SessionId worker = worker();
    queue.take(worker);
    queue.take(worker);
    die(worker);

    assertThat(queue.take(B)).isEqualTo(first);
    queue.startWaiting(C);
    assertThat(reservedJobs(queue.apply(new Command.Delete(B, first)))).containsExactly(second);
  }

  @Test
  void a_suspect_that_nobody_may_have_for_a_minute_goes_to_who_holds_least() {
    long suspect = queue.put(A);
    lose(suspect);
    for (int i = 0; i < 3; i++) {
      queue.put(A, 5);
    }
    queue.take(B);
    queue.take(B);
    queue.take(C);
    queue.startWaiting(B);
    queue.startWaiting(C);

    assertThat(queue.pass(59 * SECOND_NS)).isEmpty();
    assertThat(queue.pass(SECOND_NS))
        .contains(new Effect.Reserved(C, suspect, queue.job(suspect).body().ref(), 4));
  }

  @Test
  void holders_of_three_jobs_that_die_together_condemn_none() {
    List<Long> jobs = new ArrayList<>();
    List<SessionId> workers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      jobs.add(queue.put(A));
      workers.add(worker());
      queue.take(workers.getLast());
    }
    queue.put(A);
    queue.take(B);
    workers.forEach(this::die);

    for (long job : jobs) {
      assertThat(queue.job(job).standing()).isEqualTo(JobView.Standing.PLAIN);
      assertThat(queue.job(job).deaths()).isZero();
      assertThat(queue.machine.history(job).orElseThrow().attempts())
          .extracting(Attempt::how)
          .containsExactly(AttemptEnd.RESTART);
    }
  }

  @Test
  void a_condemned_job_is_let_off_when_others_die_after_it() {
    long job = queue.put(A);
    kill(job);
    List<SessionId> workers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      queue.put(A);
      workers.add(worker());
      queue.take(workers.getLast());
    }
    queue.pass(SECOND_NS);
    workers.forEach(this::die);
    queue.pass(10 * SECOND_NS);

    assertThat(queue.job(job).state()).isEqualTo(JobState.READY);
    assertThat(queue.job(job).cause()).isEqualTo(EndCause.NONE);
  }

  @Test
  void workers_that_die_one_after_the_other_of_many_jobs_make_the_tube_sick_and_not_the_jobs() {
    for (int i = 0; i < 6; i++) {
      queue.put(A);
    }
    List<Effect> all = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      SessionId worker = worker();
      queue.apply(new Command.Reserve(worker, 0));
      all.addAll(die(worker));
      all.addAll(queue.pass(SECOND_NS / 5));
    }

    assertThat(all).anyMatch(effect -> effect instanceof Effect.Sick sick && sick.sick());
    assertThat(all).noneMatch(Effect.Ended.class::isInstance);
    assertThat(queue.tube(TubeName.DEFAULT).sick()).isTrue();
  }

  @Test
  void a_supervisor_that_says_died_keeps_its_session_and_leaves_a_docket() {
    long job = queue.put(A);
    queue.take(B);

    assertThat(queue.apply(new Command.Died(B, job, "signal N", queue.body(30))))
        .containsExactly(said(B, Answer.DIED));
    HistoryView history = queue.machine.history(job).orElseThrow();
    assertThat(history.signature()).isEqualTo("signal N");
    assertThat(queue.machine.docket(history.docket()).orElseThrow().bytes()).isEqualTo(30);
    assertThat(queue.machine.job(history.docket(), queue.nowNs())).isEmpty();
    assertThat(queue.apply(new Command.Delete(B, history.docket())))
        .containsExactly(said(B, Answer.NOT_FOUND));
    assertThat(queue.machine.totals().buried()).isZero();
  }

  @Test
  void a_docket_without_a_death_leaves_the_job_held_and_unsuspected() {
    long job = queue.put(A);
    queue.take(B);

    assertThat(queue.apply(new Command.Docket(A, job, "", new Body(77, 5, 1))))
        .containsExactly(new Effect.Freed(77, 5), said(A, Answer.NOT_FOUND));
    assertThat(queue.apply(new Command.Docket(B, job, "truncated", queue.body(30))))
        .containsExactly(said(B, Answer.DOCKET_KEPT));
    queue.apply(new Command.Bury(B, job, 0));

    HistoryView history = queue.machine.history(job).orElseThrow();
    assertThat(history.signature()).isEqualTo("truncated");
    assertThat(queue.machine.docket(history.docket()).orElseThrow().bytes()).isEqualTo(30);
    JobView view = queue.machine.job(job, queue.nowNs()).orElseThrow();
    assertThat(view.state()).isEqualTo(JobState.BURIED);
    assertThat(view.standing()).isEqualTo(JobView.Standing.PLAIN);
  }

  @Test
  void a_docket_goes_with_its_job() {
    long job = queue.put(A);
    queue.take(B);
    queue.apply(new Command.Died(B, job, "", new Body(77, 5, 1)));

    assertThat(queue.apply(new Command.Delete(A, job))).contains(new Effect.Freed(77, 5));
    assertThat(queue.tube(TubeName.DEFAULT).dockets()).isZero();
  }

  @Test
  void a_docket_goes_after_a_week_and_leaves_the_rest_of_the_history() {
    long job = queue.put(A);
    queue.take(B);
    queue.apply(new Command.Died(B, job, "signal N", new Body(77, 5, 1)));
    List<Effect> early = queue.pass(Limits.DOCKETS_KEPT_NS - 1);
    long kept = queue.tube(TubeName.DEFAULT).dockets();
    List<Effect> late = queue.pass(1);

    assertThat(kept).isEqualTo(1);
    assertThat(early).doesNotContain(new Effect.Freed(77, 5));
    assertThat(late).contains(new Effect.Freed(77, 5));
    assertThat(queue.tube(TubeName.DEFAULT).dockets()).isZero();
    assertThat(queue.machine.history(job).orElseThrow().docket()).isZero();
    assertThat(queue.machine.history(job).orElseThrow().signature()).isEqualTo("signal N");
  }

  @Test
  void a_delete_that_comes_when_another_has_the_job_is_noted() {
    long job = queue.put(A, 10, 0, 2 * SECOND_NS);
    queue.take(B);
    queue.pass(2 * SECOND_NS);
    queue.take(C);
    queue.apply(new Command.Delete(B, job));
    queue.apply(new Command.Delete(B, job));

    assertThat(queue.tube(TubeName.DEFAULT).doubleRuns()).isEqualTo(1);
    assertThat(queue.machine.history(job).orElseThrow().attempts().getFirst().lateNs())
        .isEqualTo(queue.nowNs());
  }

  @Test
  void a_poisoned_job_that_is_moved_comes_back_by_a_retry() {
    queue.apply(new Command.Use(A, MAIL));
    queue.apply(new Command.Use(A, TubeName.DEFAULT));
    queue.apply(new Command.Watch(A, MAIL));
    set("dead letters", TubeName.DEFAULT, PolicySettings.NONE.withMoveTo(MAIL));
    long job = queue.put(A);
    kill(job);
    queue.pass(5 * SECOND_NS);
    assertThat(queue.job(job).tube()).isEqualTo(MAIL);
    assertThat(queue.job(job).origin()).contains(TubeName.DEFAULT);

    assertThat(queue.apply(new Command.RetryJob(A, job)))
        .containsExactly(said(A, Answer.JOB_RETRIED));
    assertThat(queue.job(job).tube()).isEqualTo(TubeName.DEFAULT);
    assertThat(queue.job(job).cause()).isEqualTo(EndCause.NONE);
  }

  @Test
  void a_dropped_job_can_be_had_back_for_an_hour() {
    long job = queue.putBuried(A);
    long other = queue.putBuried(A);
    queue.apply(new Command.DropJob(A, job));
    queue.apply(new Command.DropJob(A, other));
    assertThat(queue.machine.job(job, queue.nowNs())).isEmpty();
    queue.pass(3_599 * SECOND_NS);

    assertThat(queue.apply(new Command.UndropJob(A, job)))
        .containsExactly(said(A, Answer.JOB_UNDROPPED));
    assertThat(queue.job(job).state()).isEqualTo(JobState.BURIED);
    assertThat(queue.pass(SECOND_NS))
        .contains(new Effect.Ended(other, TubeName.DEFAULT, EndCause.DROPPED, OnEnd.DROP));
    assertThat(queue.machine.endRecords(10)).extracting(EndRecord::job).containsExactly(other);
  }

  @Test
  void a_job_whose_body_is_damaged_is_among_the_dead_though_nobody_had_it() {
    long job = queue.put(A);

    assertThat(queue.apply(new Command.BodyDamaged(job)))
        .containsExactly(new Effect.Ended(job, TubeName.DEFAULT, EndCause.DAMAGED, OnEnd.BURY));
    assertThat(queue.machine.dead(0, 10, 0))
        .extracting(dead -> dead.job().job())
        .containsExactly(job);
    queue.apply(new Command.DropJob(A, job));
    queue.pass(Limits.DROPPED_KEPT_NS);
    assertThat(queue.machine.endRecords(1))
        .extracting(EndRecord::job, EndRecord::cause)
        .containsExactly(tuple(job, EndCause.DROPPED));
  }

  @Test
  void without_a_limit_of_deaths_the_other_limits_hold_all_the_same() {
    queue.apply(
        new Command.SetDefaultPolicy(
            PolicySettings.NONE
                .with(PolicyKey.MAX_DEATHS, 0)
                .with(PolicyKey.MAX_ATTEMPTS, 2)
                .with(PolicyKey.RETRY_DELAY, SECOND_NS)));
    long job = queue.put(A);

    lose(job);
    assertThat(queue.job(job).state()).isEqualTo(JobState.DELAYED);
    assertThat(queue.job(job).standing()).isEqualTo(JobView.Standing.PLAIN);
    queue.pass(SECOND_NS);
    lose(job);
    assertThat(queue.job(job).state()).isEqualTo(JobState.BURIED);
    assertThat(queue.job(job).cause()).isEqualTo(EndCause.EXHAUSTED);
  }
}
