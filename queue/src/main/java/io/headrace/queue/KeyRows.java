package io.headrace.queue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A row for each key that is remembered, in the order in which they came: one is added behind the
 * last, and only the first is ever removed. They lie one behind the other in pages of {@value
 * #PAGE_BYTES} bytes: nothing is copied when there are more, and a page goes with its last row.
 *
 * <p>A row is known by where it lies, in units of {@value #UNIT_BYTES} bytes; the numbers of pages
 * begin anew after the last.
 */
final class KeyRows {
  /** What is no row: too near to the end of a page for one. */
  static final int NONE = -1;

  private static final int UNIT_BYTES = 8;
  private static final int PAGE_UNITS = 1 << 13;
  private static final int PAGE_BYTES = PAGE_UNITS * UNIT_BYTES;

  /** Beyond it numbers begin anew; it has room for more rows than there may be. */
  private static final int UNITS_MASK = Integer.MAX_VALUE;

  private static final int NEXT = 0;
  private static final int HASH = 4;
  private static final int JOB = 8;
  private static final int STAMP = 16;
  private static final int TUBE_LENGTH = 24;
  private static final int KEY_LENGTH = 26;
  private static final int NAMES = 27;

  /** What a snapshot holds of a row beside tube and key: it is copied from {@link #JOB} on. */
  static final int SAVED_BYTES = NAMES - JOB;

  static final int SAVED_BYTES_MAX = SAVED_BYTES + TubeName.BYTES_MAX + Limits.KEY_CHARS_MAX;

  // The order of a snapshot's numbers, so that a row is written as it is.
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private static final byte[] NO_PAGE = new byte[0];

  /** A ring: as long as a power of two, so that a page's number says its place. */
  private byte[][] pages = {NO_PAGE};

  private int first;

  /** Where the next row goes, if its page has room for it. */
  private int end;

  private int size;
  private long savedBytes;

  int size() {
    return size;
  }

  /** Bytes that a snapshot takes for all rows. */
  long savedBytes() {
    return savedBytes;
  }

  /** The row that was added first. */
  int first() {
    return first;
  }

  /** The row that was added after this one, which must not be the last. */
  int after(int row) {
    var next = (row + units(savedBytes(row))) & UNITS_MASK;
    var isRow =
        inPage(next) == 0
            || (inPage(next) + NAMES / UNIT_BYTES < PAGE_UNITS
                && page(next)[base(next) + KEY_LENGTH] != 0);
    return isRow ? next : nextPage(next);
  }

  /** Adds a row and returns it; its chain is to be set. */
  int add(TubeName tube, String key, int hash, long job, long stampNs) {
    var bytes = SAVED_BYTES + tube.length() + key.length();
    if (inPage(end) + units(bytes) > PAGE_UNITS) {
      end = nextPage(end);
    }
    if (inPage(end) == 0) {
      make(end);
    }
    var row = end;
    if (size == 0) {
      leave(first, row);
      first = row;
    }
    end = (row + units(bytes)) & UNITS_MASK;
    size++;
    savedBytes += bytes;
    fill(page(row), base(row), tube, key, hash, job, stampNs);
    return row;
  }

  private static void fill(
      byte[] page, int at, TubeName tube, String key, int hash, long job, long stampNs) {
    INT.set(page, at + HASH, hash);
    LONG.set(page, at + JOB, job);
    LONG.set(page, at + STAMP, stampNs);
    SHORT.set(page, at + TUBE_LENGTH, (short) tube.length());
    page[at + KEY_LENGTH] = (byte) key.length();
    tube.copyTo(page, at + NAMES);
    for (var i = 0; i < key.length(); i++) {
      page[at + NAMES + tube.length() + i] = (byte) key.charAt(i);
    }
  }

  /** Removes the row that was added first. */
  void removeFirst() {
    var row = first;
    savedBytes -= savedBytes(row);
    size--;
    first = size == 0 ? end : after(row);
    leave(row, first);
  }

  /** Whether the row is of this key in this tube. */
  boolean is(int row, TubeName tube, String key) {
    var page = page(row);
    var at = base(row);
    var same =
        (short) SHORT.get(page, at + TUBE_LENGTH) == tube.length()
            && page[at + KEY_LENGTH] == key.length();
    for (var i = 0; same && i < key.length(); i++) {
      same = page[at + NAMES + tube.length() + i] == key.charAt(i);
    }
    for (var i = 0; same && i < tube.length(); i++) {
      same = page[at + NAMES + i] == tube.byteAt(i);
    }
    return same;
  }

  int hash(int row) {
    return (int) INT.get(page(row), base(row) + HASH);
  }

  /** The id of the job that was put with this key. */
  long job(int row) {
    return (long) LONG.get(page(row), base(row) + JOB);
  }

  /** When it was put. */
  long stampNs(int row) {
    return (long) LONG.get(page(row), base(row) + STAMP);
  }

  /** The row behind this one in its chain, or {@link #NONE}. */
  int next(int row) {
    return (int) INT.get(page(row), base(row) + NEXT);
  }

  void next(int row, int next) {
    INT.set(page(row), base(row) + NEXT, next);
  }

  /** Bytes that a snapshot takes for the row. */
  int savedBytes(int row) {
    var page = page(row);
    var at = base(row);
    return SAVED_BYTES + (short) SHORT.get(page, at + TUBE_LENGTH) + page[at + KEY_LENGTH];
  }

  /** Appends the row as a snapshot holds it. */
  void save(int row, ByteBuffer to) {
    to.put(page(row), base(row) + JOB, savedBytes(row));
  }

  private static int units(int savedBytes) {
    return (JOB + savedBytes + UNIT_BYTES - 1) / UNIT_BYTES;
  }

  private static int inPage(int unit) {
    return unit & (PAGE_UNITS - 1);
  }

  private static int base(int row) {
    return inPage(row) * UNIT_BYTES;
  }

  private static int nextPage(int unit) {
    return ((unit | (PAGE_UNITS - 1)) + 1) & UNITS_MASK;
  }

  private int place(int unit) {
    return (unit / PAGE_UNITS) & (pages.length - 1);
  }

  private byte[] page(int row) {
    return pages[place(row)];
  }

  private void make(int unit) {
    if (page(unit).length > 0) {
      var before = pages;
      pages = new byte[before.length * 2][];
      Arrays.fill(pages, NO_PAGE);
      for (var at = first; place(at) != place(unit); at = nextPage(at)) {
        pages[place(at)] = before[(at / PAGE_UNITS) & (before.length - 1)];
      }
    }
    pages[place(unit)] = new byte[PAGE_BYTES];
  }

  /** Gives a page back when the rows go on in another one. */
  private void leave(int from, int to) {
    if (from / PAGE_UNITS != to / PAGE_UNITS) {
      pages[place(from)] = NO_PAGE;
    }
  }
}
