package io.headrace.queue;

/**
 * All jobs, a row of {@value #ROW_BYTES} bytes each; a row is named by its slot. A row has room for
 * what almost every job has; the few others have a row in {@link RareFields} too, so that nothing
 * is ever inexact.
 */
final class JobTable {
  /** No slot. */
  static final int NONE = -1;

  /** Most jobs at one time: so many that {@link JobIndex} has cells for, were each alone. */
  static final int JOBS_MAX = 3 << 28;

  /** The counts of a job: of reserves, timeouts, releases, buries, kicks. */
  static final int COUNTS = 5;

  private static final int COUNT_BITS = 6;

  /** The highest count that a row has room for; so many reserves are rare. */
  static final int SMALL_COUNT_MAX = (1 << COUNT_BITS) - 1;

  private static final int RESERVES = 0;
  private static final int TIMEOUTS = 1;
  private static final int RELEASES = 2;
  private static final int BURIES = 3;
  private static final int KICKS = 4;

  private static final long SECOND_NS = 1_000_000_000L;
  private static final long SECONDS_MAX = 0xffff_ffffL;

  /** 0 when the slot is free. */
  static final int ID = 0;

  private static final int PRIORITY = 8;

  /** The five small counts; or, below zero, the complement of the row in {@link RareFields}. */
  private static final int SMALL_COUNTS = 12;

  private static final int PREVIOUS = 16;

  /** Of a free slot: the next free one of its page. */
  static final int NEXT = 20;

  private static final int TUBE_AND_STATE = 24;
  private static final int HOLDER = 28;
  private static final int DEADLINE = 32;
  private static final int TTR_SECONDS = 40;
  private static final int DELAY_SECONDS = 44;
  private static final int BODY_REF = 48;
  private static final int BODY_BYTES = 56;
  private static final int BODY_CRC = 60;
  private static final int CREATED = 64;
  private static final int ROW_BYTES = 72;

  /** The tube's slot is below, the lane's code above it, the state's code in the upper two bits. */
  private static final int TUBE_MASK = Limits.TUBES_MAX - 1;

  private static final int LANE_SHIFT = 20;
  private static final int LANE_MASK = 7 << LANE_SHIFT;
  private static final int HISTORY_FLAG = 1 << 23;
  private static final int STATE_SHIFT = 30;

  private final RowPages rows = new RowPages(ROW_BYTES);
  private final JobSlots slots = new JobSlots(rows);
  private final RareFields rare = new RareFields();
  private int size;

  /** Number of jobs. */
  int size() {
    return size;
  }

  /** Number of jobs with rare fields. */
  int rare() {
    return rare.size();
  }

  /** Number of pages that there are, with jobs or not. */
  int pages() {
    return slots.pages();
  }

  /** One more than the highest slot that can hold a job now. */
  int slotLimit() {
    return slots.limit();
  }

  /** Returns a slot whose row is all zero but for its links, or {@link #NONE} at the limit. */
  int allocate() {
    if (size >= JOBS_MAX) {
      return NONE;
    }
    size++;
    var slot = slots.take();
    rows.clear(slot);
    next(slot, NONE);
    previous(slot, NONE);
    return slot;
  }

  /** Gives a slot back, and its page when that was the last one in it. */
  void free(int slot) {
    Invariant.check(id(slot) != 0, "only a job's slot is freed");
    if (isRare(slot)) {
      removeRare(~rows.intAt(slot, SMALL_COUNTS));
    }
    size--;
    slots.give(slot);
  }

  /** Whether a job lives in this slot. */
  boolean isLive(int slot) {
    return slots.isTaken(slot);
  }

  /** Whether so few rows are taken that those of the highest slots should be moved down. */
  boolean isSparse() {
    return slots.isSparse(size);
  }

  /** The highest slot that a job lives in; there must be one. */
  int highest() {
    return slots.highest();
  }

  /** Moves a job's row to the lowest page with room and returns its slot there. */
  int moveDown(int from) {
    var to = slots.take();
    rows.copy(from, to);
    if (isRare(to)) {
      rare.slot(~rows.intAt(to, SMALL_COUNTS), to);
    }
    slots.give(from);
    return to;
  }

  /** Whether the job has a row of rare fields; one that has none has 0 in those that count. */
  boolean isRare(int slot) {
    return rows.intAt(slot, SMALL_COUNTS) < 0;
  }

  /** The job's row of rare fields, which is made when it has none. */
  private int rareRow(int slot) {
    var counts = rows.intAt(slot, SMALL_COUNTS);
    if (counts < 0) {
      return ~counts;
    }
    var row = rare.add(slot);
    for (var which = 0; which < COUNTS; which++) {
      rare.count(row, which, count(slot, which));
    }
    rare.order(row, order(slot));
    rare.delayNs(row, delayNs(slot));
    rare.ttrNs(row, ttrNs(slot));
    rows.intAt(slot, SMALL_COUNTS, ~row);
    return row;
  }

  private void removeRare(int row) {
    rare.remove(row);
    if (row < rare.size()) {
      rows.intAt(rare.slot(row), SMALL_COUNTS, ~row);
    }
  }

  /** The job's id; 0 when the slot is free. */
  long id(int slot) {
    return rows.longAt(slot, ID);
  }

  void id(int slot, long id) {
    rows.longAt(slot, ID, id);
  }

  /** Place among jobs of the same priority: the id, unless the job was requeued at the tail. */
  long order(int slot) {
    return isRare(slot) ? rare.order(~rows.intAt(slot, SMALL_COUNTS)) : id(slot);
  }

  /** Sets the place among jobs of the same priority; the id must be set. */
  void order(int slot, long order) {
    if (order != order(slot)) {
      rare.order(rareRow(slot), order);
    }
  }

  /** Stamp of the put. */
  long createdNs(int slot) {
    return rows.longAt(slot, CREATED);
  }

  void createdNs(int slot, long stampNs) {
    rows.longAt(slot, CREATED, stampNs);
  }

  /**
   * Ready: since when it is. Delayed: when it becomes ready. Reserved: when it times out. Buried:
   * number of the burial. Dropped, or a docket: when it goes for good.
   */
  long deadlineNs(int slot) {
    return rows.longAt(slot, DEADLINE);
  }

  void deadlineNs(int slot, long stampNs) {
    rows.longAt(slot, DEADLINE, stampNs);
  }

  long delayNs(int slot) {
    return isRare(slot)
        ? rare.delayNs(~rows.intAt(slot, SMALL_COUNTS))
        : Integer.toUnsignedLong(rows.intAt(slot, DELAY_SECONDS)) * SECOND_NS;
  }

  void delayNs(int slot, long delayNs) {
    if (isRare(slot) || !isWholeSeconds(delayNs)) {
      rare.delayNs(rareRow(slot), delayNs);
    } else {
      rows.intAt(slot, DELAY_SECONDS, (int) (delayNs / SECOND_NS));
    }
  }

  long ttrNs(int slot) {
    return isRare(slot)
        ? rare.ttrNs(~rows.intAt(slot, SMALL_COUNTS))
        : Integer.toUnsignedLong(rows.intAt(slot, TTR_SECONDS)) * SECOND_NS;
  }

  void ttrNs(int slot, long ttrNs) {
    if (isRare(slot) || !isWholeSeconds(ttrNs)) {
      rare.ttrNs(rareRow(slot), ttrNs);
    } else {
      rows.intAt(slot, TTR_SECONDS, (int) (ttrNs / SECOND_NS));
    }
  }

  /** Whether the row has room for it: what beanstalkd's protocol can say. */
  private static boolean isWholeSeconds(long timeNs) {
    return timeNs >= 0 && timeNs % SECOND_NS == 0 && timeNs / SECOND_NS <= SECONDS_MAX;
  }

  long bodyRef(int slot) {
    return rows.longAt(slot, BODY_REF);
  }

  int bodyBytes(int slot) {
    return rows.intAt(slot, BODY_BYTES);
  }

  int bodyCrc32c(int slot) {
    return rows.intAt(slot, BODY_CRC);
  }

  void body(int slot, long ref, int bytes, int crc32c) {
    rows.longAt(slot, BODY_REF, ref);
    rows.intAt(slot, BODY_BYTES, bytes);
    rows.intAt(slot, BODY_CRC, crc32c);
  }

  /** 0 to 2^32-1; 0 is the most urgent. */
  long priority(int slot) {
    return Integer.toUnsignedLong(rows.intAt(slot, PRIORITY));
  }

  void priority(int slot, long priority) {
    rows.intAt(slot, PRIORITY, (int) priority);
  }

  /** Whether {@code a} is delivered before {@code b}. */
  boolean isBefore(int a, int b) {
    var difference = priority(a) - priority(b);
    return difference != 0 ? difference < 0 : order(a) < order(b);
  }

  /** Slot of the tube. */
  int tube(int slot) {
    return rows.intAt(slot, TUBE_AND_STATE) & TUBE_MASK;
  }

  void tube(int slot, int tube) {
    rows.intAt(slot, TUBE_AND_STATE, (rows.intAt(slot, TUBE_AND_STATE) & ~TUBE_MASK) | tube);
  }

  /** Reserved: slot of the session that holds it. */
  int holder(int slot) {
    return rows.intAt(slot, HOLDER);
  }

  void holder(int slot, int session) {
    rows.intAt(slot, HOLDER, session);
  }

  /** A link of the {@link JobQueue} it is in. */
  int previous(int slot) {
    return rows.intAt(slot, PREVIOUS);
  }

  void previous(int slot, int other) {
    rows.intAt(slot, PREVIOUS, other);
  }

  /** A link of the {@link JobQueue} it is in, or of the free slots. */
  int next(int slot) {
    return rows.intAt(slot, NEXT);
  }

  void next(int slot, int other) {
    rows.intAt(slot, NEXT, other);
  }

  private int count(int slot, int which) {
    var counts = rows.intAt(slot, SMALL_COUNTS);
    return counts < 0
        ? rare.count(~counts, which)
        : (counts >>> (COUNT_BITS * which)) & SMALL_COUNT_MAX;
  }

  private void count(int slot, int which, int count) {
    var counts = rows.intAt(slot, SMALL_COUNTS);
    if (counts < 0 || (count & ~SMALL_COUNT_MAX) != 0) {
      rare.count(rareRow(slot), which, count);
    } else {
      var others = counts & ~(SMALL_COUNT_MAX << (COUNT_BITS * which));
      rows.intAt(slot, SMALL_COUNTS, others | (count << (COUNT_BITS * which)));
    }
  }

  int reserves(int slot) {
    return count(slot, RESERVES);
  }

  void reserves(int slot, int count) {
    count(slot, RESERVES, count);
  }

  int timeouts(int slot) {
    return count(slot, TIMEOUTS);
  }

  void timeouts(int slot, int count) {
    count(slot, TIMEOUTS, count);
  }

  int releases(int slot) {
    return count(slot, RELEASES);
  }

  void releases(int slot, int count) {
    count(slot, RELEASES, count);
  }

  int buries(int slot) {
    return count(slot, BURIES);
  }

  void buries(int slot, int count) {
    count(slot, BURIES, count);
  }

  int kicks(int slot) {
    return count(slot, KICKS);
  }

  void kicks(int slot, int count) {
    count(slot, KICKS, count);
  }

  JobState state(int slot) {
    return JobState.of(rows.intAt(slot, TUBE_AND_STATE) >>> STATE_SHIFT);
  }

  void state(int slot, JobState state) {
    var tube = rows.intAt(slot, TUBE_AND_STATE) & ((1 << STATE_SHIFT) - 1);
    rows.intAt(slot, TUBE_AND_STATE, tube | (state.code() << STATE_SHIFT));
  }

  Lane lane(int slot) {
    return Lane.of((rows.intAt(slot, TUBE_AND_STATE) & LANE_MASK) >>> LANE_SHIFT);
  }

  void lane(int slot, Lane lane) {
    var others = rows.intAt(slot, TUBE_AND_STATE) & ~LANE_MASK;
    rows.intAt(slot, TUBE_AND_STATE, others | (lane.code() << LANE_SHIFT));
  }

  /** One of the fields that few jobs have; 0 unless it was set. */
  int rare(int slot, RareField field) {
    var counts = rows.intAt(slot, SMALL_COUNTS);
    return counts < 0 ? rare.get(~counts, field) : 0;
  }

  void rare(int slot, RareField field, int value) {
    if (value != 0 || isRare(slot)) {
      rare.set(rareRow(slot), field, value);
    }
  }

  /** When a policy ended the job; 0 when none did. */
  long endedNs(int slot) {
    return isRare(slot) ? rare.endedNs(~rows.intAt(slot, SMALL_COUNTS)) : 0;
  }

  void endedNs(int slot, long stampNs) {
    if (stampNs != endedNs(slot)) {
      rare.endedNs(rareRow(slot), stampNs);
    }
  }

  /** Of a reserved job: since when its holder has it. */
  long heldSinceNs(int slot) {
    return rare(slot, RareField.TOUCHES) == 0
        ? deadlineNs(slot) - ttrNs(slot)
        : rare.heldSinceNs(~rows.intAt(slot, SMALL_COUNTS));
  }

  /** Sets since when its holder has a job that was touched. */
  void restoreHeldSinceNs(int slot, long stampNs) {
    if (rare(slot, RareField.TOUCHES) != 0) {
      rare.heldSinceNs(rareRow(slot), stampNs);
    }
  }

  /** Counts a touch of a reserved job, before its deadline is set anew. */
  void countTouch(int slot) {
    var sinceNs = heldSinceNs(slot);
    rare(slot, RareField.TOUCHES, rare(slot, RareField.TOUCHES) + 1);
    rare.heldSinceNs(rareRow(slot), sinceNs);
  }

  /** Whether the job's attempts are kept in a {@link History}. */
  boolean hasHistory(int slot) {
    return (rows.intAt(slot, TUBE_AND_STATE) & HISTORY_FLAG) != 0;
  }

  void hasHistory(int slot, boolean has) {
    var others = rows.intAt(slot, TUBE_AND_STATE) & ~HISTORY_FLAG;
    rows.intAt(slot, TUBE_AND_STATE, has ? others | HISTORY_FLAG : others);
  }
}
