package io.headrace.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.TubeName;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OthersPutTest {
  private final OthersPut others = new OthersPut();

  private static TubeNumbers tube(String name, long put) {
    return new TubeNumbers(TubeName.of(name), 0, 0, 0, 0, put, 0, 0, 0);
  }

  @Test
  void what_no_labelled_tube_had_is_that_of_the_others() {
    assertThat(others.take(List.of(tube("a", 3), tube("b", 4)), 10, false)).isEqualTo(3);
    assertThat(others.take(List.of(tube("a", 5), tube("b", 4)), 14, false)).isEqualTo(5);
  }

  @Test
  void a_tube_that_gets_a_label_takes_nothing_back_from_the_others() {
    assertThat(others.take(List.of(tube("a", 3)), 10, false)).isEqualTo(7);
    assertThat(others.take(List.of(tube("b", 6)), 11, false)).isEqualTo(8);
    assertThat(others.take(List.of(tube("b", 8)), 13, false)).isEqualTo(8);
  }

  @Test
  void a_new_tube_is_nobody_elses_where_all_have_labels() {
    assertThat(others.take(List.of(tube("a", 3)), 3, true)).isZero();
    assertThat(others.take(List.of(tube("a", 3), tube("b", 2)), 5, true)).isZero();
  }

  @Test
  void a_tube_that_was_made_anew_counts_from_the_beginning() {
    assertThat(others.take(List.of(tube("a", 3)), 3, true)).isZero();
    assertThat(others.take(List.of(tube("a", 1)), 4, true)).isZero();
  }

  @Test
  void what_was_put_into_tubes_that_are_gone_is_that_of_the_others() {
    assertThat(others.take(List.of(), 5, true)).isEqualTo(5);
  }
}
