package io.headrace.queue;

import java.util.Arrays;

/**
 * Finds a job's slot by its id. The slots of {@value #LINE_IDS} ids in a row make a line of {@value
 * #LINE_BYTES} bytes, and an open-addressed table of cells finds the line; ids are given in
 * ascending order, so that most lines are full. The table grows and shrinks by moving {@value
 * #MOVES_PER_CHANGE} cells with each line that comes or goes, so that no entry pays for all jobs.
 *
 * <p>A job costs 5.1 to 5.4 bytes while all of its line are there; at the very worst, alone in its
 * line, {@value #LINE_BYTES} and at most 48 for cells (16 but while they move). Lines lie without
 * holes, so that nothing else is kept, whichever jobs went.
 */
final class JobIndex {
  private static final int LINE_SHIFT = 4;
  private static final int LINE_IDS = 1 << LINE_SHIFT;

  private static final int KEY = 0;
  private static final int JOBS = 8;
  private static final int SLOTS = 12;
  private static final int LINE_BYTES = SLOTS + 4 * LINE_IDS;

  private static final int CELLS_MIN = 1 << 10;
  private static final int MOVES_PER_CHANGE = 8;
  private static final int NONE = -1;
  private static final int EMPTY = 0;
  private static final int GONE = -1;

  private final PackedRows lines = new PackedRows(LINE_BYTES);
  private Cells cells = new Cells(CELLS_MIN);
  private Cells old = new Cells(0);
  private int moved;

  /** The line that was asked for last, mostly the next one, too; none when a line has moved. */
  private long foundKey = NONE;

  private int found;

  /** Cells in pages that are made when they are first written; a cell is a line plus one. */
  private static final class Cells {
    private static final long SCATTER = 0x9E3779B97F4A7C15L;
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

    int start(long key) {
      return (int) ((key * SCATTER) >>> 32) & (length - 1);
    }

    int next(int at) {
      return (at + 1) & (length - 1);
    }
  }

  /** Returns the slot of the job, or {@link JobTable#NONE}. */
  int slot(long id) {
    var line = line(key(id));
    return line == NONE ? JobTable.NONE : lines.intAt(line, field(id)) - 1;
  }

  /** Adds a job, which must not be there yet. */
  void add(long id, int slot) {
    var key = key(id);
    var line = line(key);
    if (line == NONE) {
      line = addLine(key);
      foundKey = key;
      found = line;
    }
    lines.intAt(line, field(id), slot + 1);
    lines.intAt(line, JOBS, lines.intAt(line, JOBS) + 1);
  }

  /** Sets anew the slot of a job that is there. */
  void move(long id, int slot) {
    lines.intAt(line(key(id)), field(id), slot + 1);
  }

  /** Removes a job, which must be there. */
  void remove(long id) {
    var line = line(key(id));
    Invariant.check(
        line != NONE && lines.intAt(line, field(id)) != 0, "a job that is removed is in the index");
    lines.intAt(line, field(id), 0);
    var left = lines.intAt(line, JOBS) - 1;
    lines.intAt(line, JOBS, left);
    if (left == 0) {
      removeLine(line);
    }
  }

  /** Bytes of the lines and cells that there are now, but for spare pages; for tests. */
  long bytes() {
    return (long) lines.size() * LINE_BYTES + 4L * (cells.length + old.length);
  }

  private static long key(long id) {
    return id >>> LINE_SHIFT;
  }

  private static int field(long id) {
    return SLOTS + 4 * (int) (id & (LINE_IDS - 1));
  }

  private int line(long key) {
    if (key == foundKey) {
      return found;
    }
    var line = find(key);
    if (line != NONE) {
      foundKey = key;
      found = line;
    }
    return line;
  }

  private int find(long key) {
    var at = place(cells, key);
    if (at != NONE) {
      return cells.get(at) - 1;
    }
    at = old.used > 0 ? place(old, key) : NONE;
    return at == NONE ? NONE : old.get(at) - 1;
  }

  /** The cell that holds the line, or {@link #NONE}. */
  private int place(Cells in, long key) {
    var at = in.start(key);
    for (var cell = in.get(at); cell != EMPTY; cell = in.get(at)) {
      if (cell != GONE && lines.longAt(cell - 1, KEY) == key) {
        return at;
      }
      at = in.next(at);
    }
    return NONE;
  }

  private int addLine(long key) {
    var line = lines.add();
    lines.longAt(line, KEY, key);
    put(line);
    if (old.used == 0 && cells.used > cells.length / 4 * 3) {
      resize(cells.length * 2);
    }
    move();
    return line;
  }

  private void put(int line) {
    var at = cells.start(lines.longAt(line, KEY));
    while (cells.get(at) != EMPTY) {
      at = cells.next(at);
    }
    cells.set(at, line + 1);
    cells.used++;
  }

  /**
   * Removes a line from its cell; the last line gets its place, and the last one's cell says so.
   */
  private void removeLine(int line) {
    foundKey = NONE;
    var key = lines.longAt(line, KEY);
    var at = place(cells, key);
    if (at != NONE) {
      close(at);
    } else {
      old.set(place(old, key), GONE);
      old.used--;
    }
    if (line != lines.last()) {
      var lastKey = lines.longAt(lines.last(), KEY);
      var lastAt = place(cells, lastKey);
      if (lastAt != NONE) {
        cells.set(lastAt, line + 1);
      } else {
        old.set(place(old, lastKey), line + 1);
      }
    }
    lines.remove(line);
    if (old.used == 0 && cells.length > CELLS_MIN && cells.used < cells.length / 4) {
      resize(cells.length / 2);
    }
    move();
  }

  /** Empties a cell and moves later ones of its chain up, so that no chain has a hole. */
  private void close(int from) {
    var hole = from;
    var at = cells.next(hole);
    for (var cell = cells.get(at); cell != EMPTY; cell = cells.get(at)) {
      var start = cells.start(lines.longAt(cell - 1, KEY));
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
        put(cell - 1);
      }
      moved++;
    }
    if (old.used == 0 && old.length > 0) {
      old = new Cells(0);
    }
  }
}
