package io.headrace.queue;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Which slots of the {@link JobTable} are taken. Pages of rows are made when all others are full
 * and dropped when they are empty; the lowest page with room is filled first. Where few rows are
 * taken, those of the highest slots are to be moved down: four of them with each job that goes keep
 * the pages below four times what the jobs need, and a few, whichever jobs go.
 */
final class JobSlots {
  private static final int NONE = JobTable.NONE;

  /** Rows are moved when fewer than one in so many are taken. */
  private static final int SPARSE = 4;

  /** So few pages are kept in any case. */
  private static final int PAGES_LEAST = 2;

  /** Pages kept although empty, so that a job put and deleted on the edge costs no page. */
  private static final int EMPTY_PAGES_MAX = 1;

  private final RowPages rows;
  private int[] pageFree = new int[4];
  private int[] pageTaken = new int[4];
  private final BitSet pagesWithRoom = new BitSet();

  /** No page below has room. */
  private int roomFrom;

  private int pageLimit;
  private int pages;
  private int emptyPages;

  /** No slot from here on is taken; lowered only when the highest is looked for. */
  private int takenEnd;

  JobSlots(RowPages rows) {
    this.rows = rows;
  }

  /** One more than the highest slot that can be taken now. */
  int limit() {
    return pageLimit << RowPages.PAGE_SHIFT;
  }

  /** Number of pages that there are. */
  int pages() {
    return pages;
  }

  boolean isTaken(int slot) {
    return rows.isThere(slot >>> RowPages.PAGE_SHIFT) && rows.longAt(slot, JobTable.ID) != 0;
  }

  /** Returns a free slot of the lowest page with room; its row gets an id next. */
  int take() {
    var page = pagesWithRoom.nextSetBit(roomFrom);
    if (page < 0) {
      page = addPage();
    }
    roomFrom = page;
    var slot = pageFree[page];
    pageFree[page] = rows.intAt(slot, JobTable.NEXT);
    if (pageFree[page] == NONE) {
      pagesWithRoom.clear(page);
    }
    if (pageTaken[page]++ == 0) {
      emptyPages--;
    }
    takenEnd = Math.max(takenEnd, slot + 1);
    return slot;
  }

  /** Gives a slot back, and its page when that was the last one in it. */
  void give(int slot) {
    var page = slot >>> RowPages.PAGE_SHIFT;
    rows.longAt(slot, JobTable.ID, 0);
    rows.intAt(slot, JobTable.NEXT, pageFree[page]);
    pageFree[page] = slot;
    pagesWithRoom.set(page);
    roomFrom = Math.min(roomFrom, page);
    if (--pageTaken[page] == 0 && ++emptyPages > EMPTY_PAGES_MAX) {
      dropPage(page);
    }
  }

  /** Whether so few rows are taken that the highest should be moved down. */
  boolean isSparse(int taken) {
    return (long) taken * SPARSE < (long) (pages - PAGES_LEAST) << RowPages.PAGE_SHIFT;
  }

  /** The highest slot that is taken; there must be one. */
  int highest() {
    while (pageTaken[(takenEnd - 1) >>> RowPages.PAGE_SHIFT] == 0) {
      takenEnd = (takenEnd - 1) & -RowPages.PAGE_ROWS;
    }
    while (!isTaken(takenEnd - 1)) {
      takenEnd--;
    }
    return takenEnd - 1;
  }

  private int addPage() {
    var page = 0;
    while (page < pageLimit && rows.isThere(page)) {
      page++;
    }
    if (page == pageLimit) {
      if (pageLimit == pageFree.length) {
        pageFree = Arrays.copyOf(pageFree, pageLimit * 2);
        pageTaken = Arrays.copyOf(pageTaken, pageLimit * 2);
      }
      pageLimit++;
    }
    rows.make(page);
    var first = page << RowPages.PAGE_SHIFT;
    var last = first + RowPages.PAGE_ROWS - 1;
    for (var slot = first; slot <= last; slot++) {
      rows.intAt(slot, JobTable.NEXT, slot < last ? slot + 1 : NONE);
    }
    pageFree[page] = first;
    pageTaken[page] = 0;
    pagesWithRoom.set(page);
    pages++;
    emptyPages++;
    return page;
  }

  private void dropPage(int page) {
    rows.drop(page);
    pagesWithRoom.clear(page);
    pages--;
    emptyPages--;
    while (pageLimit > 0 && !rows.isThere(pageLimit - 1)) {
      pageLimit--;
    }
  }
}
