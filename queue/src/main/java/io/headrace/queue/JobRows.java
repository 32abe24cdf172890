package io.headrace.queue;

import java.nio.ByteBuffer;

/**
 * The rows of jobs in one record of a snapshot, each by what it does not share with the row before.
 * Written for millions of jobs that wait, of which nothing has happened to most: such a row takes 9
 * bytes, or 13 where its put came alone. Fields that are always there come first, then those that a
 * bit of its mask says.
 */
final class JobRows {
  /** The longest row. */
  static final int ROW_BYTES_MAX = 2 + 1 + 4 + 7 * 8 + 9 * 4;

  /** Id, stamp and place in full; without its bit each follows from the row before. */
  private static final int ID = 1;

  private static final int STAMP = 1 << 1;

  /** The stamp of the put is so much later than that of the row before: 4 bytes, unsigned. */
  private static final int STAMP_LATER = 1 << 2;

  private static final int PLACE = 1 << 3;

  /** Fields that are not what they are in a job that was put and waits. */
  private static final int ORDER = 1 << 4;

  private static final int DEADLINE = 1 << 5;
  private static final int DELAY = 1 << 6;

  /** Fields that are not as in the row before. */
  private static final int TTR = 1 << 7;

  private static final int BYTES = 1 << 8;
  private static final int PRIORITY = 1 << 9;
  private static final int TUBE = 1 << 10;

  /** Counts that are not 0. */
  private static final int RESERVES = 1 << 11;

  private static final int TIMEOUTS = 1 << 12;
  private static final int RELEASES = 1 << 13;
  private static final int BURIES = 1 << 14;
  private static final int KICKS = 1 << 15;

  /** In the byte of the state: the code of the lane begins here. */
  private static final int LANE_SHIFT = 4;

  private static final int STATE_MASK = (1 << LANE_SHIFT) - 1;

  private static final long UNSIGNED_INT_MAX = 0xffff_ffffL;
  private static final long UNSIGNED_SHORT_MAX = 0xffffL;

  /** Of the row before, or of the one that was read; all 0 before the first row of a record. */
  private long id;

  private long stampNs;
  private long place;
  private long ttrNs;
  private int bytes;
  private int priority;
  private int tube;

  /** Of the row that was read only. */
  private int stateAndLane;

  private int crc32c;
  private int holder;
  private long order;
  private long deadlineNs;
  private long delayNs;
  private int reserves;
  private int timeouts;
  private int releases;
  private int buries;
  private int kicks;

  /** Forgets the row before: a record begins. */
  void begin() {
    id = 0;
    stampNs = 0;
    place = 0;
    ttrNs = 0;
    bytes = 0;
    priority = 0;
    tube = 0;
  }

  /**
   * Appends a row.
   *
   * @param newPlace where the job's body lies
   */
  void put(ByteBuffer to, JobTable jobs, int slot, long newPlace) {
    var state = jobs.state(slot);
    var at = to.position();
    to.putShort((short) 0)
        .put((byte) (state.code() | jobs.lane(slot).code() << LANE_SHIFT))
        .putInt(jobs.bodyCrc32c(slot));
    if (state == JobState.RESERVED) {
      to.putInt(jobs.holder(slot));
    }
    var mask = putFromBefore(to, jobs, slot, newPlace);
    mask |= putLong(to, jobs.order(slot), id, ORDER);
    mask |= putLong(to, jobs.deadlineNs(slot), stampNs, DEADLINE);
    mask |= putLong(to, jobs.delayNs(slot), 0, DELAY);
    mask |= putLong(to, jobs.ttrNs(slot), ttrNs, TTR);
    mask |= putInt(to, jobs.bodyBytes(slot), bytes, BYTES);
    mask |= putInt(to, (int) jobs.priority(slot), priority, PRIORITY);
    mask |= putInt(to, jobs.tube(slot), tube, TUBE);
    mask |= putInt(to, jobs.reserves(slot), 0, RESERVES);
    mask |= putInt(to, jobs.timeouts(slot), 0, TIMEOUTS);
    mask |= putInt(to, jobs.releases(slot), 0, RELEASES);
    mask |= putInt(to, jobs.buries(slot), 0, BURIES);
    mask |= putInt(to, jobs.kicks(slot), 0, KICKS);
    to.putShort(at, (short) mask);
    ttrNs = jobs.ttrNs(slot);
    bytes = jobs.bodyBytes(slot);
    priority = (int) jobs.priority(slot);
    tube = jobs.tube(slot);
  }

  /** Appends id, stamp and place, which become those of the row before. */
  private int putFromBefore(ByteBuffer to, JobTable jobs, int slot, long newPlace) {
    var mask = putLong(to, jobs.id(slot), id + 1, ID);
    var later = jobs.createdNs(slot) - stampNs;
    if (later < 0 || later > UNSIGNED_INT_MAX) {
      mask |= putLong(to, jobs.createdNs(slot), stampNs, STAMP);
    } else {
      mask |= putInt(to, (int) later, 0, STAMP_LATER);
    }
    var further = newPlace - place;
    if (further < 0 || further > UNSIGNED_SHORT_MAX) {
      mask |= putLong(to, newPlace, place, PLACE);
    } else {
      to.putShort((short) further);
    }
    id = jobs.id(slot);
    stampNs = jobs.createdNs(slot);
    place = newPlace;
    return mask;
  }

  /**
   * Reads a row.
   *
   * @throws java.nio.BufferUnderflowException when the record ends before it does
   */
  void take(ByteBuffer from) {
    var mask = Short.toUnsignedInt(from.getShort());
    stateAndLane = Byte.toUnsignedInt(from.get());
    crc32c = from.getInt();
    holder = state() == JobState.RESERVED.code() ? from.getInt() : 0;
    id = takeLong(from, mask, ID, id + 1);
    stampNs = takeLong(from, mask, STAMP, stampNs);
    stampNs += Integer.toUnsignedLong(takeInt(from, mask, STAMP_LATER, 0));
    place = (mask & PLACE) != 0 ? from.getLong() : place + Short.toUnsignedInt(from.getShort());
    order = takeLong(from, mask, ORDER, id);
    deadlineNs = takeLong(from, mask, DEADLINE, stampNs);
    delayNs = takeLong(from, mask, DELAY, 0);
    ttrNs = takeLong(from, mask, TTR, ttrNs);
    bytes = takeInt(from, mask, BYTES, bytes);
    priority = takeInt(from, mask, PRIORITY, priority);
    tube = takeInt(from, mask, TUBE, tube);
    reserves = takeInt(from, mask, RESERVES, 0);
    timeouts = takeInt(from, mask, TIMEOUTS, 0);
    releases = takeInt(from, mask, RELEASES, 0);
    buries = takeInt(from, mask, BURIES, 0);
    kicks = takeInt(from, mask, KICKS, 0);
  }

  /** Writes what was read into the row of a job that is new, but body, tube, state and lane. */
  void fill(JobTable jobs, int slot) {
    jobs.id(slot, id);
    jobs.order(slot, order);
    jobs.createdNs(slot, stampNs);
    jobs.delayNs(slot, delayNs);
    jobs.ttrNs(slot, ttrNs);
    jobs.priority(slot, Integer.toUnsignedLong(priority));
    jobs.reserves(slot, reserves);
    jobs.timeouts(slot, timeouts);
    jobs.releases(slot, releases);
    jobs.buries(slot, buries);
    jobs.kicks(slot, kicks);
  }

  /** Of the row that was read, as are the others. */
  long id() {
    return id;
  }

  long place() {
    return place;
  }

  int bytes() {
    return bytes;
  }

  int crc32c() {
    return crc32c;
  }

  int tube() {
    return tube;
  }

  int holder() {
    return holder;
  }

  long deadlineNs() {
    return deadlineNs;
  }

  /** The code of the state, if there is such a one. */
  int state() {
    return stateAndLane & STATE_MASK;
  }

  int lane() {
    return stateAndLane >>> LANE_SHIFT;
  }

  private static int putLong(ByteBuffer to, long value, long expected, int bit) {
    if (value == expected) {
      return 0;
    }
    to.putLong(value);
    return bit;
  }

  private static int putInt(ByteBuffer to, int value, int expected, int bit) {
    if (value == expected) {
      return 0;
    }
    to.putInt(value);
    return bit;
  }

  private static long takeLong(ByteBuffer from, int mask, int bit, long expected) {
    return (mask & bit) != 0 ? from.getLong() : expected;
  }

  private static int takeInt(ByteBuffer from, int mask, int bit, int expected) {
    return (mask & bit) != 0 ? from.getInt() : expected;
  }
}
