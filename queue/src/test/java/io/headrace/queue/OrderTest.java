package io.headrace.queue;

import static io.headrace.queue.TestQueue.A;
import static io.headrace.queue.TestQueue.B;
import static io.headrace.queue.TestQueue.C;
import static io.headrace.queue.TestQueue.FILM;
import static io.headrace.queue.TestQueue.LONG_NS;
import static io.headrace.queue.TestQueue.MAIL;
import static io.headrace.queue.TestQueue.SECOND_NS;
import static io.headrace.queue.TestQueue.reservedJobs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.headrace.queue.model.Effect;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which job is next, and who gets it. */
final class OrderTest {
  private final TestQueue queue = new TestQueue();

  @Test
  void the_smaller_priority_comes_first() {
    queue.put(A, 5);
    long urgent = queue.put(A, 4);

    assertThat(queue.take(B)).isEqualTo(urgent);
  }

  @Test
  void priorities_are_compared_as_unsigned_32_bits() {
    queue.put(A, 0xffff_ffffL);
    queue.put(A, 0x8000_0000L);
    long first = queue.put(A, 0x7fff_ffffL);

    assertThat(queue.take(B)).isEqualTo(first);
    assertThat(queue.take(B)).isEqualTo(first - 1);
    assertThat(queue.take(B)).isEqualTo(first - 2);
  }

  @Test
  void of_equal_priority_the_smaller_id_comes_first() {
    long first = queue.put(A);
    queue.put(A);

    assertThat(queue.take(B)).isEqualTo(first);
  }

  @Test
  void a_released_job_comes_before_younger_ones_of_its_priority() {
    long old = queue.put(A);
    queue.take(B);
    queue.put(A);
    queue.apply(new Command.Release(B, old, 10, 0));

    assertThat(queue.take(B)).isEqualTo(old);
  }

  @Test
  void the_smallest_job_of_all_watched_tubes_comes_first() {
    queue.putInto(MAIL, 7);
    long best = queue.putInto(FILM, 6);
    queue.put(A, 8);
    queue.apply(new Command.Watch(B, MAIL));
    queue.apply(new Command.Watch(B, FILM));

    assertThat(queue.take(B)).isEqualTo(best);
  }

  @Test
  void between_tubes_of_equal_priority_the_smaller_id_comes_first() {
    queue.apply(new Command.Watch(B, MAIL));
    long first = queue.putInto(MAIL, 7);
    queue.put(A, 7);

    assertThat(queue.take(B)).isEqualTo(first);
  }

  @Test
  void a_tube_that_is_not_watched_gives_nothing() {
    queue.putInto(MAIL, 0);

    assertThat(queue.apply(new Command.Reserve(B, 0)))
        .containsExactly(TestQueue.said(B, Answer.TIMED_OUT));
  }

  @Test
  void who_has_waited_longest_is_served_first() {
    queue.startWaiting(B);
    queue.startWaiting(A);
    queue.startWaiting(C);
    queue.apply(new Command.SessionOpen(new SessionId(1, 4), ""));
    SessionId producer = new SessionId(1, 4);

    assertThat(queue.apply(put(producer))).last().extracting(Effect::to).isEqualTo(B);
    assertThat(queue.apply(put(producer))).last().extracting(Effect::to).isEqualTo(A);
    assertThat(queue.apply(put(producer))).last().extracting(Effect::to).isEqualTo(C);
  }

  @Test
  void who_waits_again_stands_at_the_end_of_the_line() {
    queue.startWaiting(A);
    queue.startWaiting(B);
    queue.apply(new Command.CancelReserve(A));
    queue.startWaiting(A);

    assertThat(queue.apply(put(C))).last().extracting(Effect::to).isEqualTo(B);
  }

  @Test
  void the_producer_is_told_before_the_one_who_waited() {
    queue.startWaiting(B);

    List<Effect> told = queue.apply(put(A));

    assertThat(told)
        .containsExactly(
            new Effect.Inserted(A, queue.machine.lastJob()),
            new Effect.Reserved(B, queue.machine.lastJob(), 1, 4));
  }

  @Test
  void a_job_goes_to_the_older_one_even_when_a_younger_one_could_take_another() {
    // The tube made first is looked at first, and its only waiter likes the other one's job more.
    long forEither = put(FILM, 10, 5 * SECOND_NS);
    long onlyForB = put(MAIL, 1, 5 * SECOND_NS);
    watchOnly(B, MAIL);
    watchOnly(C, FILM);
    queue.apply(new Command.Watch(C, MAIL));
    queue.startWaiting(B);
    queue.startWaiting(C);

    List<Effect> served = queue.pass(5 * SECOND_NS);

    assertThat(served)
        .extracting(Effect::to, effect -> ((Effect.Reserved) effect).job())
        .containsExactlyInAnyOrder(tuple(B, onlyForB), tuple(C, forEither));
  }

  @Test
  void of_jobs_that_become_ready_at_once_the_waiting_session_gets_the_smallest() {
    queue.put(A, 9, SECOND_NS, LONG_NS);
    long best = queue.put(A, 3, SECOND_NS, LONG_NS);
    queue.startWaiting(B);

    assertThat(reservedJobs(queue.pass(SECOND_NS))).containsExactly(best);
  }

  @Test
  void buried_jobs_are_looked_at_in_the_order_of_their_burial() {
    long first = queue.put(A);
    long second = queue.put(A);
    queue.apply(new Command.ReserveJob(B, first));
    queue.apply(new Command.ReserveJob(B, second));
    queue.apply(new Command.Bury(B, second, 1));
    queue.apply(new Command.Bury(B, first, 0));

    assertThat(queue.machine.firstBuried(TubeName.DEFAULT)).isEqualTo(second);
    assertThat(queue.machine.jobs(TubeName.DEFAULT, JobState.BURIED, 9, queue.nowNs()))
        .extracting(JobView::job)
        .containsExactly(second, first);
  }

  @Test
  void the_delayed_job_that_is_ready_soonest_is_looked_at_first() {
    queue.put(A, 0, 3 * SECOND_NS, LONG_NS);
    long soonest = queue.put(A, 9, 2 * SECOND_NS, LONG_NS);

    assertThat(queue.machine.firstDelayed(TubeName.DEFAULT)).isEqualTo(soonest);
  }

  private Command put(SessionId by) {
    return new Command.Put(by, 10, 0, LONG_NS, queue.body(4));
  }

  private long put(TubeName tube, long priority, long delayNs) {
    queue.apply(new Command.Use(A, tube));
    return queue.put(A, priority, delayNs, LONG_NS);
  }

  private void watchOnly(SessionId session, TubeName tube) {
    queue.apply(new Command.Watch(session, tube));
    queue.apply(new Command.Ignore(session, TubeName.DEFAULT));
  }
}
