package io.headrace.queue;

/** The kinds of records in a snapshot: the first byte of each. All numbers are little-endian. */
final class SnapshotRecord {
  /** Version of the records below; another one is refused. */
  static final int VERSION = 0;

  /** Counters and clocks; the first record. */
  static final byte HEAD = 1;

  /** A tube; in the order of the list. */
  static final byte TUBE = 2;

  /** A session, also one that is closing. */
  static final byte SESSION = 3;

  /** Tubes that a session watches, in order. */
  static final byte WATCHES = 4;

  /** Unfinished bulk work, in order. */
  static final byte WORK = 5;

  /** A tube that waits to be matched, in order. */
  static final byte HUNGRY = 6;

  /** Some jobs, {@value #JOB_BYTES} bytes each. */
  static final byte JOBS = 7;

  /** The number of jobs; the last record. */
  static final byte END = 8;

  static final byte WORK_CLOSING = 1;
  static final byte WORK_KICKING = 2;
  static final byte WORK_CLEARING = 3;

  static final int JOB_BYTES = 7 * 8 + 10 * 4 + 1;
  static final int WATCHES_MAX = 1_000;

  static final int WAITING = 1;
  static final int PRODUCER = 2;
  static final int WORKER = 4;
  static final int CLOSING = 8;

  private SnapshotRecord() {}
}
