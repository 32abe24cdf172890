package io.headrace.queue;

import java.util.Arrays;

/** A mark on each of some slots: one bit, in pages that are made when the first bit in them is. */
final class SlotMarks {
  private static final int PAGE_SHIFT = 15;
  private static final int PAGE_LONGS = 1 << (PAGE_SHIFT - 6);
  private static final long[] NO_PAGE = new long[0];

  private long[][] pages = {NO_PAGE};

  boolean has(int slot) {
    var page = slot >>> PAGE_SHIFT;
    return page < pages.length
        && pages[page].length > 0
        && (pages[page][(slot >>> 6) & (PAGE_LONGS - 1)] & (1L << slot)) != 0;
  }

  void set(int slot) {
    var page = slot >>> PAGE_SHIFT;
    if (page >= pages.length) {
      var length = pages.length;
      pages = Arrays.copyOf(pages, Math.max(page + 1, length * 2));
      Arrays.fill(pages, length, pages.length, NO_PAGE);
    }
    if (pages[page].length == 0) {
      pages[page] = new long[PAGE_LONGS];
    }
    pages[page][(slot >>> 6) & (PAGE_LONGS - 1)] |= 1L << slot;
  }
}
