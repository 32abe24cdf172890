package io.headrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PagedIntsTest {
  private static final int PAGES = 37;

  @Test
  void pages_are_given_back_one_by_one_and_what_is_left_stays_as_it_was() {
    var ints = new PagedInts();
    ints.set(0, 1);
    var before = UsedHeap.bytes();
    for (var i = 0; i < PAGES * PagedInts.PAGE_INTS; i++) {
      ints.set(i, i);
    }
    for (var page = PAGES; page > 0; page--) {
      ints.trim(page * PagedInts.PAGE_INTS);
    }
    // One that is used, one more for growth, and what the array of pages takes.
    assertThat(UsedHeap.bytes() - before).isLessThan(4 * 4L * PagedInts.PAGE_INTS);
    for (var i = 0; i < PagedInts.PAGE_INTS; i++) {
      assertThat(ints.get(i)).isEqualTo(i);
    }
  }
}
