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

/** How tubes come and go, pauses, clearing, and what is counted of them. */
final class TubeTest {
  private final TestQueue queue = new TestQueue();

  @Test
  void to_use_a_tube_creates_it() {
    assertThat(queue.apply(new Command.Use(A, MAIL))).containsExactly(new Effect.Using(A, MAIL));
    assertThat(queue.machine.tubes()).containsExactly(TubeName.DEFAULT, MAIL);
  }

  @Test
  void to_watch_a_tube_creates_it() {
    assertThat(queue.apply(new Command.Watch(A, MAIL))).containsExactly(new Effect.Watching(A, 2));
    assertThat(queue.machine.tubes()).containsExactly(TubeName.DEFAULT, MAIL);
  }

  @Test
  void tubes_can_be_looked_at_a_few_at_a_time() {
    queue.apply(new Command.Watch(A, MAIL));
    queue.apply(new Command.Watch(A, FILM));

    assertThat(queue.machine.tubes(0, 2)).containsExactly(TubeName.DEFAULT, MAIL);
    assertThat(queue.machine.tubes(2, 2)).containsExactly(FILM);
    assertThat(queue.machine.tubes(4, 2)).isEmpty();
  }

  @Test
  void to_watch_a_tube_twice_is_to_watch_it_once() {
    queue.apply(new Command.Watch(A, MAIL));

    assertThat(queue.apply(new Command.Watch(A, MAIL))).containsExactly(new Effect.Watching(A, 2));
    assertThat(queue.tube(MAIL).watching()).isEqualTo(1);
  }

  @Test
  void the_last_watched_tube_cannot_be_ignored() {
    assertThat(queue.apply(new Command.Ignore(A, TubeName.DEFAULT)))
        .containsExactly(said(A, Answer.NOT_IGNORED));
    assertThat(queue.machine.watched(A)).containsExactly(TubeName.DEFAULT);
  }

  @Test
  void to_ignore_what_is_not_watched_changes_nothing_and_creates_nothing() {
    assertThat(queue.apply(new Command.Ignore(A, MAIL))).containsExactly(new Effect.Watching(A, 1));
    assertThat(queue.machine.tube(MAIL, queue.nowNs())).isEmpty();
  }

  @Test
  void a_tube_goes_when_nobody_uses_or_watches_it_and_it_has_no_jobs() {
    queue.apply(new Command.Use(A, MAIL));
    queue.apply(new Command.Watch(B, MAIL));
    long job = queue.put(A);

    queue.apply(new Command.Use(A, TubeName.DEFAULT));
    assertThat(queue.machine.tubes()).contains(MAIL);
    queue.apply(new Command.Ignore(B, MAIL));
    assertThat(queue.machine.tubes()).contains(MAIL);
    queue.apply(new Command.Delete(C, job));
    assertThat(queue.machine.tubes()).containsExactly(TubeName.DEFAULT);
  }

  @Test
  void a_tube_stays_while_a_job_of_it_is_reserved_or_buried() {
    long job = queue.putInto(MAIL, 0);
    queue.apply(new Command.ReserveJob(B, job));
    assertThat(queue.machine.tubes()).contains(MAIL);

    queue.apply(new Command.Bury(B, job, 0));
    assertThat(queue.machine.tubes()).contains(MAIL);
    queue.apply(new Command.Delete(B, job));
    assertThat(queue.machine.tubes()).doesNotContain(MAIL);
  }

  @Test
  void a_tube_goes_with_the_session_that_used_it_last() {
    queue.apply(new Command.Use(A, MAIL));
    queue.apply(new Command.Watch(A, MAIL));
    queue.apply(new Command.SessionClose(A, SessionEnd.QUIT));

    assertThat(queue.machine.tubes()).containsExactly(TubeName.DEFAULT);
  }

  @Test
  void the_default_tube_never_goes() {
    List.of(A, B, C)
        .forEach(session -> queue.apply(new Command.SessionClose(session, SessionEnd.QUIT)));

    assertThat(queue.machine.tubes()).containsExactly(TubeName.DEFAULT);
  }

  @Test
  void the_counters_and_the_pause_of_a_tube_go_with_it() {
    queue.apply(new Command.Use(A, MAIL));
    queue.apply(new Command.Delete(A, queue.put(A)));
    queue.apply(new Command.PauseTube(A, MAIL, LONG_NS));
    assertThat(queue.tube(MAIL).total()).isEqualTo(1);
    queue.apply(new Command.Use(A, TubeName.DEFAULT));
    assertThat(queue.machine.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);

    queue.apply(new Command.Use(A, MAIL));
    assertThat(queue.tube(MAIL))
        .isEqualTo(
            new TubeView(
                MAIL,
                0,
                0,
                0,
                0,
                0,
                0,
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                false,
                PolicySettings.NONE));
  }

  @Test
  void to_use_the_used_tube_again_keeps_its_counters() {
    queue.apply(new Command.Use(A, MAIL));
    queue.apply(new Command.Delete(A, queue.put(A)));
    queue.apply(new Command.Use(A, MAIL));

    assertThat(queue.tube(MAIL).total()).isEqualTo(1);
    assertThat(queue.tube(MAIL).using()).isEqualTo(1);
  }

  @Test
  void a_tube_counts_its_jobs_by_state() {
    queue.put(A);
    queue.put(A, 0, SECOND_NS, LONG_NS);
    queue.putBuried(A);
    queue.apply(new Command.ReserveJob(B, queue.put(A)));

    TubeView view = queue.tube(TubeName.DEFAULT);
    assertThat(view.ready()).isEqualTo(1);
    assertThat(view.delayed()).isEqualTo(1);
    assertThat(view.buried()).isEqualTo(1);
    assertThat(view.reserved()).isEqualTo(1);
    assertThat(view.total()).isEqualTo(4);
  }

  @Test
  void a_tube_counts_only_deletes_that_ended_a_job() {
    queue.apply(new Command.Delete(A, queue.put(A)));
    queue.apply(new Command.Delete(A, 99));

    assertThat(queue.tube(TubeName.DEFAULT).deletes()).isEqualTo(1);
  }

  @Test
  void a_paused_tube_gives_no_job_until_the_pause_is_over() {
    long job = queue.put(A);
    assertThat(queue.apply(new Command.PauseTube(A, TubeName.DEFAULT, 5 * SECOND_NS)))
        .containsExactly(said(A, Answer.PAUSED));
    queue.startWaiting(B);

    assertThat(queue.pass(5 * SECOND_NS - 1)).isEmpty();
    assertThat(reservedJobs(queue.pass(1))).containsExactly(job);
  }

  @Test
  void a_pause_of_nothing_ends_the_pause_and_serves_who_waits() {
    long job = queue.put(A);
    queue.apply(new Command.PauseTube(A, TubeName.DEFAULT, LONG_NS));
    queue.startWaiting(B);

    assertThat(queue.apply(new Command.PauseTube(A, TubeName.DEFAULT, 0)))
        .containsExactly(said(A, Answer.PAUSED), new Effect.Reserved(B, job, 1, 4));
    assertThat(queue.tube(TubeName.DEFAULT).pauseNs()).isZero();
    assertThat(queue.tube(TubeName.DEFAULT).pauses()).isEqualTo(2);
  }

  @Test
  void a_second_pause_takes_the_place_of_the_first() {
    queue.apply(new Command.PauseTube(A, TubeName.DEFAULT, 9 * SECOND_NS));
    queue.pass(SECOND_NS);
    queue.apply(new Command.PauseTube(A, TubeName.DEFAULT, 2 * SECOND_NS));

    assertThat(queue.tube(TubeName.DEFAULT).pauseLeftNs()).isEqualTo(2 * SECOND_NS);
    queue.pass(2 * SECOND_NS);
    assertThat(queue.tube(TubeName.DEFAULT).pauseNs()).isZero();
  }

  @Test
  void the_view_of_a_paused_tube_says_how_long_and_what_is_left() {
    queue.apply(new Command.PauseTube(A, TubeName.DEFAULT, 9 * SECOND_NS));
    queue.pass(2 * SECOND_NS);

    assertThat(queue.tube(TubeName.DEFAULT).pauseNs()).isEqualTo(9 * SECOND_NS);
    assertThat(queue.tube(TubeName.DEFAULT).pauseLeftNs()).isEqualTo(7 * SECOND_NS);
  }

  @Test
  void a_tube_that_is_not_there_cannot_be_paused_or_cleared() {
    assertThat(queue.apply(new Command.PauseTube(A, MAIL, 1)))
        .containsExactly(said(A, Answer.NOT_FOUND));
    assertThat(queue.apply(new Command.ClearTube(A, MAIL)))
        .containsExactly(said(A, Answer.NOT_FOUND));
    assertThat(queue.machine.tubes()).containsExactly(TubeName.DEFAULT);
  }

  @Test
  void the_first_ready_job_of_a_paused_tube_can_be_seen() {
    long job = queue.put(A);
    queue.apply(new Command.PauseTube(A, TubeName.DEFAULT, LONG_NS));

    assertThat(queue.machine.firstReady(TubeName.DEFAULT)).isEqualTo(job);
  }

  @Test
  void another_watched_tube_is_served_while_one_is_paused() {
    queue.put(A, 0);
    long other = queue.putInto(MAIL, 5);
    queue.apply(new Command.Watch(B, MAIL));
    queue.apply(new Command.PauseTube(A, TubeName.DEFAULT, LONG_NS));

    assertThat(queue.take(B)).isEqualTo(other);
  }

  @Test
  void to_clear_a_tube_deletes_all_jobs_but_those_that_are_held() {
    queue.put(A);
    queue.put(A, 0, SECOND_NS, LONG_NS);
    queue.putBuried(A);
    long held = queue.put(A);
    queue.apply(new Command.ReserveJob(B, held));
    long elsewhere = queue.putInto(MAIL, 0);

    List<Effect> cleared = queue.apply(new Command.ClearTube(C, TubeName.DEFAULT));

    assertThat(cleared).contains(new Effect.Cleared(C, 3)).hasSize(4);
    assertThat(queue.job(held).state()).isEqualTo(JobState.RESERVED);
    assertThat(queue.job(elsewhere).state()).isEqualTo(JobState.READY);
    assertThat(queue.machine.totals().bodyBytes()).isEqualTo(8);
  }

  @Test
  void a_cleared_tube_that_nobody_needs_goes() {
    queue.putInto(FILM, 0);

    assertThat(queue.apply(new Command.ClearTube(A, FILM))).contains(new Effect.Cleared(A, 1));
    assertThat(queue.machine.tubes()).containsExactly(TubeName.DEFAULT);
  }

  @Test
  void tube_names_are_compared_byte_by_byte() {
    byte[] bytes = {0, -1, '\n', ' '};
    TubeName odd = TubeName.of(bytes);
    queue.apply(new Command.Use(A, odd));
    queue.apply(new Command.Use(B, TubeName.of(bytes)));

    assertThat(queue.tube(odd).using()).isEqualTo(2);
    assertThat(queue.machine.tubes()).containsExactly(TubeName.DEFAULT, odd);
  }

  @Test
  void a_list_of_jobs_ends_where_it_was_asked_to() {
    queue.put(A);
    queue.put(A);
    queue.put(A);

    assertThat(queue.machine.jobs(TubeName.DEFAULT, JobState.READY, 2, queue.nowNs()))
        .extracting(JobView::job)
        .containsExactly(1L, 2L);
    assertThat(queue.machine.jobs(MAIL, JobState.READY, 2, queue.nowNs())).isEmpty();
  }
}
