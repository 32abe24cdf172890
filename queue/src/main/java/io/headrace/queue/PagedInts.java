package io.headrace.queue;

import java.util.Arrays;

/**
 * Integers by index. Grows by pages of {@value #PAGE_INTS}: what is there is never copied, but for
 * a first page that starts small, since most tubes stay small.
 */
final class PagedInts {
  private static final int PAGE_SHIFT = 14;
  static final int PAGE_INTS = 1 << PAGE_SHIFT;
  private static final int PAGE_MASK = PAGE_INTS - 1;
  private static final int FIRST_INTS = 8;
  private static final int[] NO_PAGE = new int[0];

  private int[][] pages = {NO_PAGE};

  /** The value at an index that was set before. */
  int get(int index) {
    return pages[index >>> PAGE_SHIFT][index & PAGE_MASK];
  }

  /** Sets the value at an index, which may be any; pages are made as they are reached. */
  void set(int index, int value) {
    var page = index >>> PAGE_SHIFT;
    var at = index & PAGE_MASK;
    if (page >= pages.length) {
      var length = pages.length;
      pages = Arrays.copyOf(pages, Math.max(page + 1, length * 2));
      Arrays.fill(pages, length, pages.length, NO_PAGE);
    }
    if (at >= pages[page].length) {
      grow(page, at);
    }
    pages[page][at] = value;
  }

  private void grow(int page, int at) {
    var ints = page > 0 ? PAGE_INTS : Math.max(FIRST_INTS, Integer.highestOneBit(at) * 2);
    pages[page] = Arrays.copyOf(pages[page], Math.min(ints, PAGE_INTS));
  }

  /** Gives back the pages above {@code length}, all but one for growth. */
  void trim(int length) {
    var keep = (length >>> PAGE_SHIFT) + 2;
    for (var page = keep; page < pages.length && pages[page].length > 0; page++) {
      pages[page] = NO_PAGE;
    }
    if (length == 0 && pages[0].length == PAGE_INTS) {
      pages = new int[][] {NO_PAGE};
    }
  }
}
