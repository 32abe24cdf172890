package io.headrace.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FoldsTest {
  private static final long WINDOW = 10;

  private final Folds folds = new Folds(WINDOW);

  private static Event event(EventKind kind, String tube, long job) {
    return Event.of(kind, 0, "").ofTube(tube).ofJob(job);
  }

  private static Event poisoned(long job) {
    return event(EventKind.JOB_POISONED, "a", job);
  }

  @Test
  void the_first_is_told_at_once_and_the_next_alike_together_as_the_latest_of_them() {
    folds.add(poisoned(1), 0);
    assertThat(folds.next(0)).contains(new Telling(poisoned(1), 1));
    assertThat(folds.add(poisoned(2), 1)).isFalse();
    assertThat(folds.add(poisoned(3), 2)).isTrue();
    assertThat(folds.next(WINDOW - 1)).isEmpty();
    assertThat(folds.waitNs(WINDOW - 1)).isEqualTo(1);
    assertThat(folds.next(WINDOW)).contains(new Telling(poisoned(3), 2));
    assertThat(folds.waitNs(WINDOW)).isEqualTo(Long.MAX_VALUE);
    folds.add(poisoned(4), WINDOW + 1);
    assertThat(folds.next(WINDOW + 1)).isEmpty();
  }

  @Test
  void one_that_comes_after_the_window_is_told_at_once() {
    folds.add(poisoned(1), 0);
    assertThat(folds.next(0)).isPresent();
    folds.add(poisoned(2), WINDOW);
    assertThat(folds.next(WINDOW)).contains(new Telling(poisoned(2), 1));
  }

  @Test
  void those_of_another_kind_or_tube_are_told_by_themselves() {
    folds.add(poisoned(1), 0);
    folds.add(event(EventKind.JOB_EXPIRED, "a", 2), 0);
    folds.add(event(EventKind.JOB_POISONED, "b", 3), 0);
    assertThat(folds.size()).isEqualTo(3);
    assertThat(folds.next(0)).map(telling -> telling.event().job()).contains(1L);
    assertThat(folds.next(0)).map(telling -> telling.event().job()).contains(2L);
    assertThat(folds.next(0)).map(telling -> telling.event().job()).contains(3L);
    assertThat(folds.next(0)).isEmpty();
    assertThat(folds.size()).isZero();
  }

  @Test
  void the_last_that_is_told_of_a_tube_is_whether_it_is_well() {
    folds.add(event(EventKind.TUBE_SICK, "a", 1), 0);
    assertThat(folds.next(0)).isPresent();
    folds.add(event(EventKind.TUBE_WELL, "a", 2), 1);
    folds.add(event(EventKind.TUBE_SICK, "a", 3), 2);
    assertThat(folds.next(WINDOW)).contains(new Telling(event(EventKind.TUBE_SICK, "a", 3), 2));
    assertThat(folds.size()).isZero();
  }

  @Test
  void nothing_is_collected_when_it_must_hurry() {
    folds.add(poisoned(1), 0);
    assertThat(folds.next(0)).isPresent();
    folds.add(poisoned(2), 1);
    folds.hurry(2);
    assertThat(folds.next(2)).contains(new Telling(poisoned(2), 1));
    folds.add(poisoned(3), 2);
    assertThat(folds.next(2)).isPresent();
  }
}
