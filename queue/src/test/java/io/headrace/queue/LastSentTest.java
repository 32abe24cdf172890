package io.headrace.queue;

import static io.headrace.queue.TestQueue.A;
import static io.headrace.queue.TestQueue.B;
import static io.headrace.queue.TestQueue.C;
import static io.headrace.queue.TestQueue.LONG_NS;
import static io.headrace.queue.TestQueue.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.queue.model.SnapshotRecords;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a holder has sent last, kept with the attempts that its end has ended. */
final class LastSentTest {
  private static final String SAID = "touch 1\\r\\nput 0 0 60 9\\r\\nhal";

  /** More than one entry takes from a session that ends. */
  private static final int MANY = Limits.CHANGES_MAX + 100;

  private final TestQueue queue = new TestQueue();

  private static Attempt last(QueueMachine machine, long job) {
    return machine.history(job).orElseThrow().attempts().getLast();
  }

  private Attempt last(long job) {
    return last(queue.machine, job);
  }

  @ParameterizedTest
  @EnumSource
  void every_attempt_that_ends_with_its_session_has_it(SessionEnd how) {
    long first = queue.put(A);
    long second = queue.put(A);
    queue.take(B);
    queue.take(B);
    queue.apply(new Command.SessionClose(B, how, SAID));

    assertThat(last(first).lastSent()).isEqualTo(SAID).isSameAs(last(second).lastSent());
  }

  @Test
  void an_attempt_that_ends_while_its_session_goes_on_has_nothing() {
    long job = queue.put(A, 10, 0, SECOND_NS);
    queue.take(B);
    queue.pass(SECOND_NS);
    assertThat(last(job).how()).isEqualTo(AttemptEnd.TIMED_OUT);
    assertThat(last(job).lastSent()).isEmpty();

    queue.take(B);
    queue.apply(new Command.Died(B, job, "", queue.body(1)));
    assertThat(last(job).how()).isEqualTo(AttemptEnd.DIED);
    assertThat(last(job).lastSent()).isEmpty();
  }

  /** A job that the session takes, and loses to time. */
  private long lost(SessionId by) {
    long job = queue.put(A, 10, 0, SECOND_NS);
    loseAgain(by, job);
    return job;
  }

  private void loseAgain(SessionId by, long job) {
    queue.apply(new Command.ReserveJob(by, job));
    queue.pass(SECOND_NS);
    assertThat(last(job).how()).isEqualTo(AttemptEnd.TIMED_OUT);
  }

  private void tell(SessionId holder, String text, Long... jobs) {
    queue.apply(new Command.LastSent(holder, List.of(jobs), text));
  }

  private List<String> all(long job) {
    return queue.machine.history(job).orElseThrow().attempts().stream()
        .map(Attempt::lastSent)
        .toList();
  }

  @Test
  void an_attempt_that_timed_out_has_what_the_log_tells_of_its_holder() {
    long first = lost(B);
    long second = lost(B);
    Attempt before = last(first);
    tell(B, SAID, first, second);

    assertThat(last(first)).isEqualTo(before.withLastSent(SAID));
    assertThat(last(first).lastSent()).isSameAs(last(second).lastSent());
    QueueMachine copy = SnapshotRecords.of(queue.machine).restore();
    assertThat(copy.history(first)).isEqualTo(queue.machine.history(first));
    assertThat(last(copy, second).lastSent()).isEqualTo(SAID);
  }

  @Test
  void the_time_out_is_told_with_the_holder_and_the_job() {
    long first = queue.put(A, 10, 0, SECOND_NS);
    long second = queue.put(A, 10, 0, 2 * SECOND_NS);
    queue.take(B);
    queue.take(C);
    List<String> heard = new ArrayList<>();
    UnheardEffects effects =
        new UnheardEffects() {
          @Override
          public void attemptTimedOut(SessionId holder, long job) {
            heard.add(holder.number() + " loses " + job);
          }
        };
    queue.machine.apply(queue.nowNs() + SECOND_NS - 1, new Command.Tick(), effects);
    assertThat(heard).isEmpty();
    queue.machine.apply(queue.nowNs() + 2 * SECOND_NS, new Command.Tick(), effects);
    assertThat(heard)
        .containsExactly(B.number() + " loses " + first, C.number() + " loses " + second);
  }

  @Test
  void each_holder_that_lost_the_job_has_its_own() {
    long job = lost(B);
    loseAgain(C, job);
    tell(B, "b", job);
    assertThat(all(job)).containsExactly("b", "");
    tell(C, "c", job);
    assertThat(all(job)).containsExactly("b", "c");
  }

  @Test
  void each_time_out_of_one_holder_has_its_own() {
    long job = lost(B);
    tell(B, "first", job);
    loseAgain(B, job);
    tell(B, "second", job);
    assertThat(all(job)).containsExactly("first", "second");
    tell(B, "third", job);
    assertThat(all(job)).containsExactly("first", "second");
  }

  @Test
  void it_is_of_the_attempt_that_is_over_also_when_the_job_was_taken_anew() {
    long job = lost(B);
    queue.apply(new Command.ReserveJob(B, job));
    tell(B, SAID, job);
    assertThat(all(job)).containsExactly(SAID);

    queue.apply(new Command.Release(B, job, 10, 0));
    tell(B, "late", job);
    assertThat(all(job)).containsExactly(SAID, "");

    loseAgain(B, job);
    queue.apply(new Command.ReserveJob(C, job));
    tell(B, "third", job);
    assertThat(all(job)).containsExactly(SAID, "", "third");
  }

  @Test
  void of_a_job_that_is_gone_or_was_not_lost_nothing_is_kept() {
    long gone = lost(B);
    queue.apply(new Command.Delete(A, gone));
    long never = queue.put(A);
    long docket = queue.put(A);
    queue.apply(new Command.ReserveJob(B, docket));
    queue.apply(new Command.Docket(B, docket, "", queue.body(1)));
    long evidence = queue.machine.lastJob();
    long kept = lost(B);
    tell(B, SAID, gone, never, docket, evidence, Long.MAX_VALUE, 0L, -1L, kept);

    assertThat(queue.machine.history(gone)).isEmpty();
    assertThat(queue.machine.history(never)).isEmpty();
    assertThat(all(docket)).isEmpty();
    assertThat(all(kept)).containsExactly(SAID);
  }

  @Test
  void a_holder_that_is_gone_since_and_a_job_that_was_dropped_have_it_too() {
    queue.apply(new Command.SetDefaultPolicy(PolicySettings.NONE.with(PolicyKey.MAX_TIMEOUTS, 1)));
    long job = lost(B);
    queue.apply(new Command.SessionClose(B, SessionEnd.QUIT));
    queue.apply(new Command.DropJob(A, job));
    tell(B, SAID, job);
    assertThat(all(job)).containsExactly(SAID);
  }

  @Test
  void the_record_of_a_job_that_its_time_out_has_ended_has_it_too() {
    queue.apply(
        new Command.SetDefaultPolicy(
            PolicySettings.NONE
                .with(PolicyKey.MAX_TIMEOUTS, 1)
                .with(PolicyKey.ON_END, OnEnd.DROP.code())));
    List<Long> jobs = List.of(queue.put(A, 10, 0, SECOND_NS), queue.put(A, 10, 0, SECOND_NS));
    jobs.forEach(job -> queue.apply(new Command.ReserveJob(B, job)));
    queue.pass(SECOND_NS);
    assertThat(queue.machine.lastJob()).isEqualTo(jobs.getLast());
    EndRecord before = queue.machine.endRecords(2).getLast();

    tell(C, "not the holder", jobs.getFirst());
    assertThat(queue.machine.endRecords(2).getLast()).isEqualTo(before);
    tell(B, SAID, jobs.getFirst());
    tell(B, "once", jobs.getFirst());
    for (QueueMachine machine :
        List.of(queue.machine, SnapshotRecords.of(queue.machine).restore())) {
      List<EndRecord> records = machine.endRecords(2);
      assertThat(records).extracting(EndRecord::job).containsExactlyElementsOf(jobs.reversed());
      assertThat(records)
          .extracting(end -> end.last().orElseThrow().lastSent())
          .containsExactly("", SAID);
      assertThat(records.getLast()).isEqualTo(before.withLastSent(B, SAID));
    }
  }

  @Test
  void what_is_told_of_a_time_out_is_short_and_of_some_jobs_and_not_of_many() {
    List<Long> one = List.of(1L);
    String longest = "x".repeat(Limits.LAST_SENT_CHARS_MAX);
    List<Long> most = Collections.nCopies(Limits.LAST_SENT_JOBS_MAX, 1L);
    tell(B, longest, most.toArray(Long[]::new));

    assertThatThrownBy(() -> tell(B, longest + "x", 1L)).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> tell(B, "", 1L)).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> tell(B, SAID)).isInstanceOf(AssertionError.class);
    List<Long> more = Stream.concat(most.stream(), one.stream()).toList();
    assertThatThrownBy(() -> new Command.LastSent(B, more, SAID))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void it_stays_when_the_death_is_taken_back() {
    List<Long> jobs = List.of(queue.put(A), queue.put(A), queue.put(A), queue.put(A));
    queue.take(A);
    queue.take(B);
    queue.take(C);
    queue.apply(new Command.SessionClose(B, SessionEnd.DIED, SAID));
    assertThat(last(jobs.get(1)).how()).isEqualTo(AttemptEnd.DIED);
    queue.apply(new Command.SessionClose(C, SessionEnd.DIED, "other"));

    assertThat(last(jobs.get(1)).how()).isEqualTo(AttemptEnd.RESTART);
    assertThat(last(jobs.get(1)).lastSent()).isEqualTo(SAID);
    assertThat(last(jobs.get(2)).lastSent()).isEqualTo("other");
  }

  @Test
  void it_is_in_the_record_of_a_job_that_is_gone() {
    queue.apply(
        new Command.SetDefaultPolicy(
            PolicySettings.NONE
                .with(PolicyKey.MAX_DEATHS, 0)
                .with(PolicyKey.MAX_ATTEMPTS, 1)
                .with(PolicyKey.ON_END, OnEnd.DROP.code())));
    queue.put(A);
    queue.take(B);
    queue.apply(new Command.SessionClose(B, SessionEnd.DIED, SAID));

    for (QueueMachine machine :
        List.of(queue.machine, SnapshotRecords.of(queue.machine).restore())) {
      assertThat(machine.endRecords(1))
          .singleElement()
          .extracting(end -> end.last().orElseThrow().lastSent())
          .isEqualTo(SAID);
    }
  }

  @Test
  void a_snapshot_has_it_also_of_a_session_whose_end_goes_on() {
    for (int i = 0; i < MANY; i++) {
      queue.entry(new Command.Put(A, 10, 0, LONG_NS, queue.body(4)));
      queue.entry(new Command.Reserve(B, 0));
    }
    queue.entry(new Command.SessionClose(B, SessionEnd.UNREACHABLE, SAID));
    assertThat(queue.machine.unfinished()).isTrue();

    QueueMachine copy = SnapshotRecords.of(queue.machine).restore();
    copy.apply(queue.nowNs(), new Command.Continue(), new UnheardEffects());

    assertThat(copy.unfinished()).isFalse();
    for (long job = 1; job <= MANY; job++) {
      assertThat(last(copy, job).lastSent()).isEqualTo(SAID);
    }
  }

  @Test
  void a_snapshot_takes_as_many_and_as_long_ones_as_there_can_be() {
    String peer = "p".repeat(Limits.PEER_CHARS_MAX);
    String said = "x".repeat(Limits.LAST_SENT_CHARS_MAX);
    long job = queue.put(A);
    for (int i = 0; i <= Limits.ATTEMPTS_KEPT; i++) {
      SessionId worker = new SessionId(1, 10 + i);
      queue.apply(new Command.SessionOpen(worker, peer));
      assertThat(queue.take(worker)).isEqualTo(job);
      queue.apply(new Command.SessionClose(worker, SessionEnd.UNREACHABLE, said));
    }
    queue.take(B);
    String signature = "s".repeat(Limits.SIGNATURE_CHARS_MAX);
    queue.apply(new Command.Docket(B, job, signature, queue.body(1)));

    QueueMachine copy = SnapshotRecords.of(queue.machine).restore();

    HistoryView history = copy.history(job).orElseThrow();
    assertThat(history).isEqualTo(queue.machine.history(job).orElseThrow());
    assertThat(history.attempts())
        .hasSize(Limits.ATTEMPTS_KEPT)
        .allMatch(attempt -> attempt.lastSent().equals(said) && attempt.peer().equals(peer));
  }

  @Test
  void a_snapshot_takes_long_records_of_jobs_that_are_gone() {
    // Six of them are a little longer than what a snapshot writes at once.
    TubeName tube = TubeName.of("t".repeat(443));
    PolicySettings gone = PolicySettings.NONE.with(PolicyKey.MAX_DEATHS, 0);
    gone = gone.with(PolicyKey.MAX_ATTEMPTS, 1).with(PolicyKey.ON_END, OnEnd.DROP.code());
    queue.apply(new Command.SetPolicy(A, tube, gone, 0));
    for (int i = 0; i < 20; i++) {
      SessionId worker = new SessionId(1, 10 + i);
      queue.apply(new Command.SessionOpen(worker, "p".repeat(Limits.PEER_CHARS_MAX)));
      queue.apply(new Command.ReserveJob(worker, queue.putInto(tube, 1)));
      String said = "x".repeat(Limits.LAST_SENT_CHARS_MAX);
      queue.apply(new Command.SessionClose(worker, SessionEnd.DIED, said));
    }
    assertThat(queue.machine.endRecords(100)).hasSize(20);

    assertThat(SnapshotRecords.of(queue.machine).restore().endRecords(100))
        .isEqualTo(queue.machine.endRecords(100));
  }

  /** A history as it was written before there was such a thing: 7 attempts, one of each end. */
  private static ByteBuffer oldHistory(int ends) {
    ByteBuffer row = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    row.putLong(12).putLong(34).putLong(0).put((byte) 0).put((byte) ends);
    for (byte how = 0; how < ends; how++) {
      row.putInt(how + 1).putInt(1).putLong(7).putLong(100).putLong(200);
      row.put(how).putInt(3).putInt(4).putLong(0).put((byte) 1).put((byte) 'p');
    }
    return row.flip();
  }

  @Test
  void a_snapshot_from_before_is_read() {
    AttemptEnd[] ends = AttemptEnd.values();
    History history = EvidenceRecords.history(oldHistory(ends.length));

    assertThat(history.attempts()).extracting(Attempt::how).containsExactly(ends);
    assertThat(history.attempts())
        .allMatch(attempt -> attempt.peer().equals("p") && attempt.lastSent().isEmpty());
  }

  @Test
  void an_end_that_is_not_known_is_refused() {
    int ends = AttemptEnd.values().length;
    assertThatThrownBy(() -> EvidenceRecords.history(oldHistory(ends + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no known way");
  }
}
