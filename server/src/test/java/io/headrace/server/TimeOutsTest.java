package io.headrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.Command;
import io.headrace.queue.Limits;
import io.headrace.queue.SessionEnd;
import io.headrace.queue.SessionId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is heard of time-outs, and told to the log. */
final class TimeOutsTest {
  private static final SessionId A = new SessionId(1, 1);
  private static final SessionId B = new SessionId(1, 2);

  private final List<Command.LastSent> told = new ArrayList<>();
  private boolean room = true;
  private int woken;
  private final TimeOuts timeOuts =
      new TimeOuts(command -> told.add((Command.LastSent) command), () -> room, () -> woken++);

  private void lose(SessionId by, String said, int jobs) {
    for (int job = 1; job <= jobs; job++) {
      timeOuts.add(by, said, job);
    }
  }

  /** Of how many jobs the log is told next. */
  private int tell() {
    told.clear();
    timeOuts.tell();
    return told.stream().mapToInt(command -> command.jobs().size()).sum();
  }

  @Test
  void what_one_holder_loses_in_a_row_is_told_by_one_entry() {
    timeOuts.add(A, "a", 7);
    timeOuts.add(A, "a", 5);
    timeOuts.add(B, "a", 6);
    timeOuts.add(B, "b", 8);
    timeOuts.add(A, "a", 9);
    assertThat(told).isEmpty();
    timeOuts.tell();
    assertThat(told)
        .containsExactly(
            new Command.LastSent(A, List.of(7L, 5L), "a"),
            new Command.LastSent(B, List.of(6L), "a"),
            new Command.LastSent(B, List.of(8L), "b"),
            new Command.LastSent(A, List.of(9L), "a"));
    assertThat(tell()).isZero();
  }

  @Test
  void an_entry_tells_of_as_many_jobs_as_it_may() {
    lose(A, "a", Limits.LAST_SENT_JOBS_MAX + 1);
    assertThat(tell()).isEqualTo(Limits.LAST_SENT_JOBS_MAX + 1);
    assertThat(told).extracting(command -> command.jobs().size()).endsWith(1);
  }

  @Test
  void of_whom_nothing_is_known_nothing_is_told_and_nobody_woken() {
    lose(A, "", 3);
    assertThat(tell()).isZero();
    assertThat(woken).isZero();
  }

  @Test
  void who_tells_is_woken_once() {
    lose(A, "a", 250);
    lose(B, "b", 1);
    assertThat(woken).isEqualTo(1);
    assertThat(tell()).isEqualTo(251);
    lose(A, "a", 1);
    assertThat(woken).isEqualTo(2);
  }

  @Test
  void a_crowd_is_told_bit_by_bit() {
    lose(A, "a", 2 * TimeOuts.JOBS_A_ROUND + 50);
    assertThat(tell()).isEqualTo(TimeOuts.JOBS_A_ROUND);
    assertThat(tell()).isEqualTo(TimeOuts.JOBS_A_ROUND);
    lose(A, "a", 7);
    assertThat(tell()).isEqualTo(57);
    assertThat(tell()).isZero();
  }

  @Test
  void of_more_jobs_than_may_wait_the_first_are_forgotten() {
    lose(A, "a", TimeOuts.JOBS_MAX);
    timeOuts.add(B, "b", 7);
    int first = tell();
    assertThat(first).isEqualTo(TimeOuts.JOBS_A_ROUND);
    long oldest = 1 + Limits.LAST_SENT_JOBS_MAX;
    assertThat(told.getFirst().jobs()).startsWith(oldest, oldest + 1);
    int all = first;
    List<Command.LastSent> last = List.of();
    for (int more = tell(); more > 0; more = tell()) {
      all += more;
      last = List.copyOf(told);
    }
    assertThat(all).isEqualTo(TimeOuts.JOBS_MAX + 1 - Limits.LAST_SENT_JOBS_MAX);
    assertThat(last).endsWith(new Command.LastSent(B, List.of(7L), "b"));
  }

  @Test
  void where_the_log_has_no_room_it_waits() {
    lose(A, "a", 150);
    room = false;
    assertThat(tell()).isZero();
    lose(B, "b", TimeOuts.JOBS_MAX - 50);
    assertThat(tell()).isZero();
    room = true;
    assertThat(tell()).isEqualTo(TimeOuts.JOBS_A_ROUND + 50);
    assertThat(told.getFirst()).extracting(one -> one.jobs().size()).isEqualTo(50);
    assertThat(woken).isEqualTo(1);
  }

  @Test
  void who_is_leaving_may_lose_jobs_until_its_end_is_applied() {
    timeOuts.leaves(A, "a");
    timeOuts.leaves(B, "");
    timeOuts.applied(new Command.Tick());
    timeOuts.applied(new Command.SessionClose(B, SessionEnd.DIED));
    timeOuts.add(A, "", 5);
    timeOuts.add(B, "", 6);
    timeOuts.applied(new Command.SessionClose(A, SessionEnd.DIED, "a"));
    timeOuts.add(A, "", 7);
    timeOuts.tell();
    assertThat(told).containsExactly(new Command.LastSent(A, List.of(5L), "a"));
  }
}
