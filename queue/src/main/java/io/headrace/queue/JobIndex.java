package io.headrace.queue;

import java.util.Arrays;

/**
 * Finds a job's slot by its id: open addressing over slots only, the ids being in the rows. Grows
 * and shrinks by moving {@value #MOVES_PER_CHANGE} cells with each change, so that no entry pays
 * for all jobs. Sixteen ids in a row share a cache line; the lines are scattered.
 */
final class JobIndex {
  private static final int CELLS_MIN = 1 << 10;
  private static final int MOVES_PER_CHANGE = 64;
  private static final int EMPTY = 0;
  private static final int GONE = -1;
  private static final long SCATTER = 0x9E3779B97F4A7C15L;
  private static final int LINE_SHIFT = 4;

  private final JobTable jobs;
  private Cells cells = new Cells(CELLS_MIN);
  private Cells old = new Cells(0);
  private int moved;

  JobIndex(JobTable jobs) {
    this.jobs = jobs;
  }

  /** Cells in pages that are made when they are first written; a cell is a slot plus one. */
  private static final class Cells {
    private static final int PAGE_SHIFT = 14;
    private static final int[] NO_PAGE = new int[0];
    final int length;
    final int[][] pages;
    int used;

    Cells(int length) {
      this.length = length;
      this.pages = new int[(length + (1 << PAGE_SHIFT) - 1) >>> PAGE_SHIFT][];
      Arrays.fill(pages, NO_PAGE);
    }

    int get(int at) {
      var page = pages[at >>> PAGE_SHIFT];
      return page.length == 0 ? EMPTY : page[at & ((1 << PAGE_SHIFT) - 1)];
    }

    void set(int at, int value) {
      var page = pages[at >>> PAGE_SHIFT];
      if (page.length == 0) {
        page = new int[Math.min(length, 1 << PAGE_SHIFT)];
        pages[at >>> PAGE_SHIFT] = page;
      }
      page[at & ((1 << PAGE_SHIFT) - 1)] = value;
    }

    int start(long id) {
      var line = ((id >>> LINE_SHIFT) * SCATTER) >>> 32;
      return (int) (((line << LINE_SHIFT) | (id & 15)) & (length - 1));
    }

    int next(int at) {
      return (at + 1) & (length - 1);
    }
  }

  /** Returns the slot of the job, or {@link JobTable#NONE}. */
  int slot(long id) {
    var slot = find(cells, id);
    return slot == JobTable.NONE && old.used > 0 ? find(old, id) : slot;
  }

  private int find(Cells in, long id) {
    var at = place(in, id);
    return at < 0 ? JobTable.NONE : in.get(at) - 1;
  }

  /** The cell that holds the job, or -1. */
  private int place(Cells in, long id) {
    var at = in.start(id);
    for (var cell = in.get(at); cell != EMPTY; cell = in.get(at)) {
      if (cell != GONE && jobs.id(cell - 1) == id) {
        return at;
      }
      at = in.next(at);
    }
    return -1;
  }

  /** Adds the job in this slot, which must not be there yet. */
  void add(int slot) {
    put(cells, slot);
    if (old.used == 0 && cells.used > cells.length / 4 * 3) {
      resize(cells.length * 2);
    }
    move();
  }

  private void put(Cells in, int slot) {
    var at = in.start(jobs.id(slot));
    while (in.get(at) != EMPTY) {
      at = in.next(at);
    }
    in.set(at, slot + 1);
    in.used++;
  }

  /** Removes the job in this slot, whose row must still hold its id. */
  void remove(int slot) {
    var id = jobs.id(slot);
    var at = place(cells, id);
    if (at >= 0) {
      close(at);
    } else {
      at = place(old, id);
      Invariant.check(at >= 0, "a job that is removed is in the index");
      old.set(at, GONE);
      old.used--;
    }
    if (old.used == 0 && cells.length > CELLS_MIN && cells.used < cells.length / 8) {
      resize(cells.length / 2);
    }
    move();
  }

  /** Empties a cell and moves later ones of its chain up, so that no chain has a hole. */
  private void close(int from) {
    var hole = from;
    var at = cells.next(hole);
    for (var cell = cells.get(at); cell != EMPTY; cell = cells.get(at)) {
      var start = cells.start(jobs.id(cell - 1));
      var distance = (at - start) & (cells.length - 1);
      if (distance >= ((at - hole) & (cells.length - 1))) {
        cells.set(hole, cell);
        hole = at;
      }
      at = cells.next(at);
    }
    cells.set(hole, EMPTY);
    cells.used--;
  }

  private void resize(int length) {
    old = cells;
    cells = new Cells(length);
    moved = 0;
  }

  private void move() {
    for (var i = 0; i < MOVES_PER_CHANGE && old.used > 0; i++) {
      var cell = old.get(moved);
      if (cell != EMPTY && cell != GONE) {
        old.set(moved, GONE);
        old.used--;
        put(cells, cell - 1);
      }
      moved++;
    }
    if (old.used == 0 && old.length > 0) {
      old = new Cells(0);
    }
  }
}
