package io.headrace.queue;

/** The kinds of records in a snapshot: the first byte of each. All numbers are little-endian. */
final class SnapshotRecord {
  /** Version of the records below; another one is refused. */
  static final int VERSION = 0;

  /** Counters and clocks; the first record. */
  static final byte HEAD = 1;

  /** Some tubes, {@value #TUBE_BYTES} bytes and a name each. */
  static final byte TUBES = 2;

  /** Some sessions, also closing ones, {@value #SESSION_BYTES} bytes each. */
  static final byte SESSIONS = 3;

  /** Sessions with a tube they watch, {@value #WATCH_BYTES} bytes each; a session's in order. */
  static final byte WATCHES = 4;

  /** Unfinished bulk work, in order; at most {@value #WORK_BYTES} bytes each. */
  static final byte WORK = 5;

  /** Tubes that wait to be matched, in order; 4 bytes each. */
  static final byte HUNGRY = 6;

  /** Some jobs, {@value #JOB_BYTES} bytes each. */
  static final byte JOBS = 7;

  /** The numbers of tubes, sessions and jobs; the last record. */
  static final byte END = 8;

  static final byte WORK_CLOSING = 1;
  static final byte WORK_KICKING = 2;
  static final byte WORK_CLEARING = 3;

  static final int TUBE_BYTES = 2 * 4 + 6 * 8 + 2;
  static final int SESSION_BYTES = 3 * 4 + 3 * 8 + 1;
  static final int WATCH_BYTES = 2 * 4;
  static final int WORK_BYTES = 1 + 4 + 8 + 4 + 1 + 8 + 8;
  static final int JOB_BYTES = 7 * 8 + 10 * 4 + 1;

  static final int WAITING = 1;
  static final int PRODUCER = 2;
  static final int WORKER = 4;
  static final int CLOSING = 8;

  private SnapshotRecord() {}
}
