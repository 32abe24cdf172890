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
import io.headrace.queue.model.SnapshotRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What is too much for one entry goes on with the next, and others are served in between. */
final class MuchWorkTest {
  private static final int JOBS = 5_000;

  /** Far more than any of these commands needs. */
  private static final int ENTRIES_MAX = 100;

  private final TestQueue queue = new TestQueue();

  @Test
  void a_kick_of_thousands_goes_on_over_several_entries_and_is_answered_once() {
    bury(JOBS);

    List<Effect> told = logInSmallEntries(new Command.Kick(A, 1_000_000_000));

    assertThat(told).containsExactly(new Effect.Kicked(A, JOBS));
    assertThat(queue.machine.totals().ready()).isEqualTo(JOBS);
    assertThat(queue.job(1).kicks()).isEqualTo(1);
    assertThat(queue.job(JOBS).kicks()).isEqualTo(1);
  }

  @Test
  void a_kick_of_thousands_makes_no_more_ready_than_it_may() {
    bury(JOBS);

    assertThat(logInSmallEntries(new Command.Kick(A, 2_500)))
        .containsExactly(new Effect.Kicked(A, 2_500));
    assertThat(queue.machine.totals().buried()).isEqualTo(JOBS - 2_500);
  }

  @Test
  void a_kick_of_thousands_of_delayed_jobs_takes_the_soonest() {
    LongStream.rangeClosed(1, JOBS).forEach(i -> put((JOBS - i + 1) * SECOND_NS, LONG_NS));

    assertThat(logInSmallEntries(new Command.Kick(A, 2_000)))
        .containsExactly(new Effect.Kicked(A, 2_000));
    assertThat(queue.job(JOBS).state()).isEqualTo(JobState.READY);
    assertThat(queue.job(JOBS - 1_999).state()).isEqualTo(JobState.READY);
    assertThat(queue.job(JOBS - 2_000).state()).isEqualTo(JobState.DELAYED);
  }

  @Test
  void thousands_of_jobs_that_mature_at_once_do_so_over_several_ticks() {
    LongStream.range(0, JOBS).forEach(_ -> put(SECOND_NS, LONG_NS));
    queue.passUnseen(SECOND_NS);

    assertThat(logInSmallEntries(new Command.Tick())).isEmpty();
    assertThat(queue.machine.totals().ready()).isEqualTo(JOBS);
    assertThat(queue.machine.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void thousands_of_jobs_that_time_out_at_once_do_so_over_several_ticks() {
    LongStream.range(0, JOBS).forEach(_ -> put(0, 2 * SECOND_NS));
    reserveAll(B);
    queue.passUnseen(2 * SECOND_NS);

    assertThat(logInSmallEntries(new Command.Tick())).isEmpty();
    assertThat(queue.machine.totals().ready()).isEqualTo(JOBS);
    assertThat(queue.machine.totals().timeouts()).isEqualTo(JOBS);
  }

  @Test
  void the_thousands_of_jobs_of_a_session_that_ends_become_ready_over_several_entries() {
    LongStream.range(0, JOBS).forEach(_ -> put(0, LONG_NS));
    reserveAll(B);

    assertThat(logInSmallEntries(new Command.SessionClose(B, SessionEnd.QUIT))).isEmpty();
    assertThat(queue.machine.totals().ready()).isEqualTo(JOBS);
    assertThat(queue.machine.totals().sessions()).isEqualTo(2);
  }

  @Test
  void the_thousands_of_jobs_held_before_a_restart_become_ready_over_several_entries() {
    LongStream.range(0, JOBS).forEach(_ -> put(0, LONG_NS));
    reserveAll(B);

    assertThat(logInSmallEntries(new Command.Restart(2))).isEmpty();
    assertThat(queue.machine.totals().ready()).isEqualTo(JOBS);
    assertThat(queue.machine.totals().sessions()).isZero();
  }

  @Test
  void a_tube_of_thousands_is_cleared_over_several_entries_and_answered_once() {
    LongStream.range(0, JOBS).forEach(_ -> put(0, LONG_NS));

    List<Effect> told = logInSmallEntries(new Command.ClearTube(A, TubeName.DEFAULT));

    assertThat(told.getLast()).isEqualTo(new Effect.Cleared(A, JOBS));
    assertThat(told).hasSize(JOBS + 1);
    assertThat(queue.machine.totals().bodyBytes()).isZero();
  }

  @Test
  void thousands_who_wait_are_served_first_come_first_served_over_several_entries() {
    int waiting = 3_000;
    queue.entry(new Command.PauseTube(A, TubeName.DEFAULT, LONG_NS));
    LongStream.range(0, waiting).forEach(_ -> put(0, LONG_NS));
    List<SessionId> sessions = openAndWait(waiting, Command.FOREVER);

    List<Effect> told = logInSmallEntries(new Command.PauseTube(A, TubeName.DEFAULT, 0));

    assertThat(told.getFirst()).isEqualTo(said(A, Answer.PAUSED));
    List<Effect> served = told.subList(1, told.size());
    assertThat(TestQueue.told(served)).isEqualTo(sessions);
    assertThat(reservedJobs(served)).isEqualTo(LongStream.rangeClosed(1, waiting).boxed().toList());
  }

  @Test
  void thousands_of_waits_that_end_at_once_do_so_over_several_ticks() {
    int waiting = 3_000;
    List<SessionId> sessions = openAndWait(waiting, SECOND_NS);
    queue.passUnseen(SECOND_NS);

    List<Effect> told = logInSmallEntries(new Command.Tick());

    assertThat(TestQueue.told(told)).containsExactlyInAnyOrderElementsOf(sessions);
    assertThat(queue.machine.totals().waiting()).isZero();
  }

  @Test
  void others_are_answered_while_much_work_goes_on() {
    bury(JOBS);
    queue.entry(new Command.Use(B, MAIL));
    queue.entry(new Command.Watch(C, MAIL));
    assertThat(queue.entry(new Command.Kick(A, JOBS))).isEmpty();
    assertThat(queue.machine.unfinished()).isTrue();

    List<Effect> told = queue.entry(new Command.Put(B, 0, 0, LONG_NS, new Body(9_999, 1, 1)));

    assertThat(told).containsExactly(new Effect.Inserted(B, JOBS + 1));
    assertThat(reservedJobs(queue.entry(new Command.Reserve(C, 0)))).containsExactly(JOBS + 1L);
    assertThat(logInSmallEntries(new Command.Continue()))
        .containsExactly(new Effect.Kicked(A, JOBS));
  }

  @Test
  void two_kicks_at_once_are_both_answered() {
    bury(2_000);
    queue.entry(new Command.Use(B, MAIL));
    buryIn(MAIL, 2_000);

    List<Effect> told = new ArrayList<>(queue.entry(new Command.Kick(A, 1_500)));
    told.addAll(logInSmallEntries(new Command.Kick(B, 5_000)));

    assertThat(told).containsExactly(new Effect.Kicked(A, 1_500), new Effect.Kicked(B, 2_000));
  }

  @Test
  void a_job_buried_while_a_kick_goes_on_is_not_kicked_beyond_its_bound() {
    bury(2_000);
    long held = put(0, LONG_NS);
    queue.entry(new Command.ReserveJob(B, held));
    queue.entry(new Command.Kick(A, 1_000_000));
    queue.entry(new Command.Bury(B, held, 0));

    List<Effect> told = logInSmallEntries(new Command.Continue());

    assertThat(queue.job(held).state()).isEqualTo(JobState.BURIED);
    assertThat(queue.machine.totals().ready()).isEqualTo(2_000);
    assertThat(told).allMatch(new Effect.Kicked(A, 2_000)::equals);
  }

  @Test
  void a_session_that_ends_leaves_its_kick_to_be_finished() {
    bury(JOBS);
    queue.entry(new Command.Kick(A, JOBS));
    logInSmallEntries(new Command.SessionClose(A, SessionEnd.QUIT));

    assertThat(queue.machine.totals().ready()).isEqualTo(JOBS);
    assertThat(queue.machine.unfinished()).isFalse();
  }

  @Test
  void a_job_of_a_session_that_is_ending_stays_held_until_its_turn() {
    LongStream.range(0, JOBS).forEach(_ -> put(0, LONG_NS));
    reserveAll(B);
    queue.entry(new Command.SessionClose(B, SessionEnd.QUIT));

    assertThat(queue.entry(new Command.Delete(C, JOBS))).containsExactly(said(C, Answer.NOT_FOUND));
    assertThat(queue.machine.totals().sessions()).isEqualTo(2);
    logInSmallEntries(new Command.Continue());
    assertThat(queue.apply(new Command.Delete(C, JOBS))).contains(said(C, Answer.DELETED));
  }

  @Test
  void a_tube_stays_while_a_kick_of_it_goes_on() {
    queue.entry(new Command.Use(A, MAIL));
    bury(2_500);
    queue.entry(new Command.Kick(A, 2_500));
    logInSmallEntries(new Command.SessionClose(A, SessionEnd.QUIT));

    assertThat(queue.tube(MAIL).ready()).isEqualTo(2_500);
  }

  @Test
  void who_asks_while_older_waits_are_being_served_gets_what_is_left() {
    int waiting = 2_500;
    queue.entry(new Command.PauseTube(A, TubeName.DEFAULT, LONG_NS));
    LongStream.rangeClosed(0, waiting).forEach(_ -> put(0, LONG_NS));
    openAndWait(waiting, Command.FOREVER);
    queue.entry(new Command.PauseTube(A, TubeName.DEFAULT, 0));
    assertThat(queue.machine.unfinished()).isTrue();

    List<Effect> told = logInSmallEntries(new Command.Reserve(B, 0));

    assertThat(told).last().extracting(Effect::to).isEqualTo(B);
    assertThat(reservedJobs(told).getLast()).isEqualTo(waiting + 1);
  }

  @Test
  void a_wait_that_ends_while_older_ones_are_being_served_still_gets_its_job() {
    int waiting = 2_500;
    LongStream.range(0, waiting).forEach(_ -> put(SECOND_NS, LONG_NS));
    List<SessionId> sessions = openAndWait(waiting, SECOND_NS);
    queue.passUnseen(SECOND_NS);

    List<Effect> told = logInSmallEntries(new Command.Tick());

    assertThat(reservedJobs(told)).hasSize(waiting);
    assertThat(TestQueue.told(told)).containsExactlyInAnyOrderElementsOf(sessions);
  }

  @Test
  void work_that_goes_on_is_kept_in_a_snapshot() {
    bury(JOBS);
    LongStream.range(0, JOBS).forEach(_ -> put(0, LONG_NS));
    reserveAll(B);
    queue.entry(new Command.Kick(A, 4_500));
    queue.entry(new Command.SessionClose(B, SessionEnd.QUIT));
    assertThat(queue.machine.unfinished()).isTrue();

    QueueMachine copy = SnapshotRecords.of(queue.machine).restore();
    copy.validate();

    assertThat(copy.unfinished()).isTrue();
    for (int i = 0; queue.machine.unfinished(); i++) {
      EffectList again = new EffectList();
      copy.apply(queue.nowNs(), new Command.Continue(), again);
      assertThat(again.take()).isEqualTo(queue.entry(new Command.Continue()));
      assertThat(copy.totals()).isEqualTo(queue.machine.totals());
      assertThat(i).isLessThan(100);
    }
    copy.validate();
    assertThat(copy.unfinished()).isFalse();
  }

  @Test
  void what_only_waits_for_its_work_to_end_is_kept_in_a_snapshot_on_whose_way_it_goes() {
    bury(JOBS);
    queue.entry(new Command.Use(B, MAIL));
    long last = putBuried(B);
    queue.entry(new Command.Kick(A, JOBS));
    queue.entry(new Command.Kick(B, 1));
    queue.entry(new Command.SessionClose(B, SessionEnd.QUIT));
    queue.entry(new Command.Delete(C, last));
    assertThat(queue.machine.tubes()).contains(MAIL);
    QueueMachine still = SnapshotRecords.of(queue.machine).restore();
    SnapshotRecords records = new SnapshotRecords();
    MachineSnapshot walk = queue.machine.snapshot(records);

    logInSmallEntries(new Command.Continue());
    assertThat(queue.machine.tubes()).doesNotContain(MAIL);
    while (!walk.step(1)) {
      // One place a time.
    }

    QueueMachine copy = records.restore();
    copy.validate();
    assertThat(copy.tubes()).isEqualTo(still.tubes());
    assertThat(SnapshotRows.of(SnapshotRecords.of(copy).all()))
        .hasSameSizeAs(SnapshotRows.of(SnapshotRecords.of(still).all()));
    assertThat(SnapshotRows.of(SnapshotRecords.of(still).all()))
        .filteredOn(row -> row.startsWith("session"))
        .hasSize(3);
  }

  @Test
  void thousands_of_pauses_that_end_at_once_do_so_over_several_ticks() {
    int tubes = 3_000;
    for (int i = 0; i < tubes; i++) {
      TubeName tube = TubeName.of("tube" + i);
      queue.entry(new Command.Watch(C, tube));
      queue.entry(new Command.PauseTube(A, tube, SECOND_NS));
    }
    queue.passUnseen(SECOND_NS);

    queue.entry(new Command.Tick());

    assertThat(queue.machine.nextDeadlineNs()).isEqualTo(queue.nowNs());
    assertThat(logInSmallEntries(new Command.Tick())).isEmpty();
    assertThat(queue.machine.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void a_snapshot_of_thousands_of_tubes_sessions_and_watches_writes_a_few_at_a_time() {
    for (int i = 0; i < 3_000; i++) {
      SessionId session = new SessionId(1, 10 + i);
      queue.entry(new Command.SessionOpen(session, ""));
      for (int watched = 0; watched < 20; watched++) {
        queue.entry(new Command.Watch(session, TubeName.of("tube" + (i * 7 + watched) % 3_000)));
      }
    }
    SnapshotRecords records = new SnapshotRecords();
    MachineSnapshot walk = queue.machine.snapshot(records);
    assertThat(records.size()).isZero();

    for (int before = 0; !walk.step(64); before = records.size()) {
      // The largest rows are names of tubes and the 20 watches of a session.
      assertThat(records.size() - before).isLessThanOrEqualTo(64 * 20 * 8 / 4_096 + 2);
    }
    assertThat(records.restore().tubes()).isEqualTo(queue.machine.tubes());
  }

  /** Logs the command and what follows, and sees that no entry changes more than it may. */
  private List<Effect> logInSmallEntries(Command command) {
    List<Effect> all = new ArrayList<>();
    Command next = command;
    for (int entries = 0; true; entries++) {
      assertThat(entries).as("entries that follow %s", command).isLessThan(ENTRIES_MAX);
      List<Long> before = counts();
      List<Effect> told = queue.entry(next);
      assertThat(changes(before, counts())).isLessThanOrEqualTo(Limits.CHANGES_MAX + 1);
      assertThat(reservedJobs(told)).hasSizeLessThanOrEqualTo(Limits.CHANGES_MAX + 1);
      assertThat(told).hasSizeLessThanOrEqualTo(Limits.CHANGES_MAX + 2);
      all.addAll(told);
      if (queue.machine.unfinished()) {
        next = new Command.Continue();
      } else if (queue.machine.nextDeadlineNs() <= queue.nowNs()) {
        next = new Command.Tick();
      } else {
        break;
      }
    }
    queue.machine.validate();
    return all;
  }

  private List<Long> counts() {
    QueueView all = queue.machine.totals();
    return List.of(all.ready(), all.reserved(), all.delayed(), all.buried(), all.waiting());
  }

  private static long changes(List<Long> before, List<Long> after) {
    return LongStream.range(0, before.size())
        .map(i -> Math.abs(after.get((int) i) - before.get((int) i)))
        .max()
        .orElse(0);
  }

  private long put(long delayNs, long ttrNs) {
    queue.entry(new Command.Put(A, 10, delayNs, ttrNs, queue.body(4)));
    return queue.machine.lastJob();
  }

  private void bury(int jobs) {
    for (int i = 0; i < jobs; i++) {
      long job = put(0, LONG_NS);
      queue.entry(new Command.ReserveJob(A, job));
      queue.entry(new Command.Bury(A, job, 10));
    }
  }

  private long putBuried(SessionId by) {
    queue.entry(new Command.Put(by, 10, 0, LONG_NS, queue.body(4)));
    long job = queue.machine.lastJob();
    queue.entry(new Command.ReserveJob(by, job));
    queue.entry(new Command.Bury(by, job, 10));
    return job;
  }

  private void buryIn(TubeName tube, int jobs) {
    queue.entry(new Command.Use(A, tube));
    bury(jobs);
    queue.entry(new Command.Use(A, TubeName.DEFAULT));
  }

  private List<SessionId> openAndWait(int waiting, long timeoutNs) {
    List<SessionId> sessions =
        LongStream.range(0, waiting).mapToObj(i -> new SessionId(1, 10 + i)).toList();
    sessions.forEach(session -> queue.entry(new Command.SessionOpen(session, "")));
    sessions.forEach(session -> queue.entry(new Command.Reserve(session, timeoutNs)));
    return sessions;
  }

  private void reserveAll(SessionId by) {
    while (!reservedJobs(queue.entry(new Command.Reserve(by, 0))).isEmpty()) {
      // Until there is no ready job.
    }
  }
}
