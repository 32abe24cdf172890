package io.headrace.queue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;

/**
 * All jobs, a row of {@value #ROW_BYTES} bytes each, in pages of {@value #PAGE_ROWS} rows that come
 * and go with them. A row is named by its slot; nothing here is copied when the table grows, so
 * that no entry ever pays for all jobs, and the collector sees a few large arrays.
 */
final class JobTable {
  /** No slot. */
  static final int NONE = -1;

  /** Most jobs at one time: half of what an int can name. */
  static final int JOBS_MAX = 1 << 30;

  static final int PAGE_ROWS = 1 << 13;
  private static final int PAGE_SHIFT = 13;
  private static final int PAGE_MASK = PAGE_ROWS - 1;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private static final int ID = 0;
  private static final int ORDER = 8;
  private static final int CREATED = 16;
  private static final int DEADLINE = 24;
  private static final int DELAY = 32;
  private static final int TTR = 40;
  private static final int BODY_REF = 48;
  private static final int BODY_BYTES = 56;
  private static final int BODY_CRC = 60;
  private static final int PRIORITY = 64;
  private static final int TUBE = 68;
  private static final int HOLDER = 72;
  private static final int PREVIOUS = 76;
  private static final int NEXT = 80;
  private static final int RESERVES = 84;
  private static final int TIMEOUTS = 88;
  private static final int RELEASES = 92;
  private static final int BURIES = 96;
  private static final int KICKS = 100;
  private static final int STATE = 104;
  private static final int WALK = 108;
  private static final int ROW_BYTES = 112;

  /** Pages kept although empty, so that a job put and deleted on the edge costs no page. */
  private static final int EMPTY_PAGES_MAX = 1;

  private static final byte[] NO_PAGE = new byte[0];

  private byte[][] pages = new byte[4][];
  private int[] pageFree = new int[4];
  private int[] pageLive = new int[4];
  private final BitSet pagesWithRoom = new BitSet();
  private int pageCount;
  private int emptyPages;
  private int size;

  /** Number of jobs. */
  int size() {
    return size;
  }

  /** One more than the highest slot that can hold a job now. */
  int slotLimit() {
    return pageCount << PAGE_SHIFT;
  }

  /** Returns a slot whose row is all zero but for its links, or {@link #NONE} at the limit. */
  int allocate() {
    if (size >= JOBS_MAX) {
      return NONE;
    }
    var page = pagesWithRoom.nextSetBit(0);
    if (page < 0) {
      page = addPage();
    }
    var slot = pageFree[page];
    pageFree[page] = next(slot);
    if (pageFree[page] == NONE) {
      pagesWithRoom.clear(page);
    }
    if (pageLive[page]++ == 0) {
      emptyPages--;
    }
    size++;
    var base = base(slot);
    Arrays.fill(pages[page], base, base + ROW_BYTES, (byte) 0);
    next(slot, NONE);
    previous(slot, NONE);
    return slot;
  }

  /** Gives a slot back, and its page when that was the last one in it. */
  void free(int slot) {
    var page = slot >>> PAGE_SHIFT;
    Invariant.check(id(slot) != 0, "only a job's slot is freed");
    id(slot, 0);
    next(slot, pageFree[page]);
    pageFree[page] = slot;
    pagesWithRoom.set(page);
    size--;
    if (--pageLive[page] == 0 && ++emptyPages > EMPTY_PAGES_MAX) {
      dropPage(page);
    }
  }

  /** Whether a job lives in this slot. */
  boolean isLive(int slot) {
    return pages[slot >>> PAGE_SHIFT].length > 0 && id(slot) != 0;
  }

  private int addPage() {
    var page = 0;
    while (page < pageCount && pages[page].length > 0) {
      page++;
    }
    if (page == pageCount) {
      if (pageCount == pages.length) {
        pages = Arrays.copyOf(pages, pageCount * 2);
        pageFree = Arrays.copyOf(pageFree, pageCount * 2);
        pageLive = Arrays.copyOf(pageLive, pageCount * 2);
      }
      pageCount++;
    }
    pages[page] = new byte[PAGE_ROWS * ROW_BYTES];
    var first = page << PAGE_SHIFT;
    for (var slot = first; slot < first + PAGE_ROWS; slot++) {
      next(slot, slot + 1 < first + PAGE_ROWS ? slot + 1 : NONE);
    }
    pageFree[page] = first;
    pageLive[page] = 0;
    pagesWithRoom.set(page);
    emptyPages++;
    return page;
  }

  private void dropPage(int page) {
    pages[page] = NO_PAGE;
    pagesWithRoom.clear(page);
    emptyPages--;
    while (pageCount > 0 && pages[pageCount - 1].length == 0) {
      pageCount--;
    }
  }

  private static int base(int slot) {
    return (slot & PAGE_MASK) * ROW_BYTES;
  }

  private long longAt(int slot, int field) {
    return (long) LONG.get(pages[slot >>> PAGE_SHIFT], base(slot) + field);
  }

  private void longAt(int slot, int field, long value) {
    LONG.set(pages[slot >>> PAGE_SHIFT], base(slot) + field, value);
  }

  private int intAt(int slot, int field) {
    return (int) INT.get(pages[slot >>> PAGE_SHIFT], base(slot) + field);
  }

  private void intAt(int slot, int field, int value) {
    INT.set(pages[slot >>> PAGE_SHIFT], base(slot) + field, value);
  }

  /** The job's id; 0 when the slot is free. */
  long id(int slot) {
    return longAt(slot, ID);
  }

  void id(int slot, long id) {
    longAt(slot, ID, id);
  }

  /** Place among jobs of the same priority: the id, unless the job was requeued at the tail. */
  long order(int slot) {
    return longAt(slot, ORDER);
  }

  void order(int slot, long order) {
    longAt(slot, ORDER, order);
  }

  /** Stamp of the put. */
  long createdNs(int slot) {
    return longAt(slot, CREATED);
  }

  void createdNs(int slot, long stampNs) {
    longAt(slot, CREATED, stampNs);
  }

  /** Delayed: when it becomes ready. Reserved: when it times out. Buried: number of the burial. */
  long deadlineNs(int slot) {
    return longAt(slot, DEADLINE);
  }

  void deadlineNs(int slot, long stampNs) {
    longAt(slot, DEADLINE, stampNs);
  }

  long delayNs(int slot) {
    return longAt(slot, DELAY);
  }

  void delayNs(int slot, long delayNs) {
    longAt(slot, DELAY, delayNs);
  }

  long ttrNs(int slot) {
    return longAt(slot, TTR);
  }

  void ttrNs(int slot, long ttrNs) {
    longAt(slot, TTR, ttrNs);
  }

  long bodyRef(int slot) {
    return longAt(slot, BODY_REF);
  }

  int bodyBytes(int slot) {
    return intAt(slot, BODY_BYTES);
  }

  int bodyCrc32c(int slot) {
    return intAt(slot, BODY_CRC);
  }

  void body(int slot, long ref, int bytes, int crc32c) {
    longAt(slot, BODY_REF, ref);
    intAt(slot, BODY_BYTES, bytes);
    intAt(slot, BODY_CRC, crc32c);
  }

  /** 0 to 2^32-1; 0 is the most urgent. */
  long priority(int slot) {
    return Integer.toUnsignedLong(intAt(slot, PRIORITY));
  }

  void priority(int slot, long priority) {
    intAt(slot, PRIORITY, (int) priority);
  }

  /** Whether {@code a} is delivered before {@code b}. */
  boolean isBefore(int a, int b) {
    var difference = priority(a) - priority(b);
    return difference != 0 ? difference < 0 : order(a) < order(b);
  }

  /** Slot of the tube. */
  int tube(int slot) {
    return intAt(slot, TUBE);
  }

  void tube(int slot, int tube) {
    intAt(slot, TUBE, tube);
  }

  /** Reserved: slot of the session that holds it. */
  int holder(int slot) {
    return intAt(slot, HOLDER);
  }

  void holder(int slot, int session) {
    intAt(slot, HOLDER, session);
  }

  /** A link of the {@link JobQueue} it is in. */
  int previous(int slot) {
    return intAt(slot, PREVIOUS);
  }

  void previous(int slot, int other) {
    intAt(slot, PREVIOUS, other);
  }

  /** A link of the {@link JobQueue} it is in, or of the free slots. */
  int next(int slot) {
    return intAt(slot, NEXT);
  }

  void next(int slot, int other) {
    intAt(slot, NEXT, other);
  }

  int reserves(int slot) {
    return intAt(slot, RESERVES);
  }

  void reserves(int slot, int count) {
    intAt(slot, RESERVES, count);
  }

  int timeouts(int slot) {
    return intAt(slot, TIMEOUTS);
  }

  void timeouts(int slot, int count) {
    intAt(slot, TIMEOUTS, count);
  }

  int releases(int slot) {
    return intAt(slot, RELEASES);
  }

  void releases(int slot, int count) {
    intAt(slot, RELEASES, count);
  }

  int buries(int slot) {
    return intAt(slot, BURIES);
  }

  void buries(int slot, int count) {
    intAt(slot, BURIES, count);
  }

  int kicks(int slot) {
    return intAt(slot, KICKS);
  }

  void kicks(int slot, int count) {
    intAt(slot, KICKS, count);
  }

  JobState state(int slot) {
    return JobState.of(intAt(slot, STATE));
  }

  void state(int slot, JobState state) {
    intAt(slot, STATE, state.code());
  }

  /** Number of the last snapshot walk that has this job's row. */
  int walk(int slot) {
    return intAt(slot, WALK);
  }

  void walk(int slot, int walk) {
    intAt(slot, WALK, walk);
  }
}
