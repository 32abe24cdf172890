package io.headrace.queue;

/** The kinds of records in a snapshot: the first byte of each. All numbers are little-endian. */
final class SnapshotRecord {
  /** Version of the records below; another one is refused. */
  static final int VERSION = 1;

  /** Counters and clocks; the first record. */
  static final byte HEAD = 1;

  /** Some tubes, {@value #TUBE_BYTES} bytes and a name each. */
  static final byte TUBES = 2;

  /** Some sessions, also closing ones, {@value #SESSION_BYTES} bytes and one or two texts each. */
  static final byte SESSIONS = 3;

  /** Sessions with a tube they watch, {@value #WATCH_BYTES} bytes each; a session's in order. */
  static final byte WATCHES = 4;

  /** Unfinished bulk work, in order; at most {@value #WORK_BYTES} bytes each. */
  static final byte WORK = 5;

  /** Tubes that wait to be matched, in order; 4 bytes each. */
  static final byte HUNGRY = 6;

  /** Some jobs, at most {@value JobRows#ROW_BYTES_MAX} bytes each. */
  static final byte JOBS = 7;

  /** The numbers of tubes, sessions, jobs and keys; the last record. */
  static final byte END = 8;

  /** What jobs have that few have, {@value #RARE_BYTES} bytes each; after the row of the job. */
  static final byte RARE = 9;

  /** Settings of tubes, and those of the server, whose slot is {@value #NO_TUBE}. */
  static final byte SETTINGS = 10;

  /** Deaths by which tubes are judged; a tube's in order. */
  static final byte GATE_DEATHS = 11;

  /** Histories of jobs; after the row of the job. */
  static final byte HISTORIES = 12;

  /** Records of ended jobs, in order. */
  static final byte ENDS = 13;

  /** Sessions that died lately, in order. */
  static final byte MISHAPS = 14;

  /** Jobs that became suspects lately, in order. */
  static final byte DEATHS = 15;

  /** The deaths of the unfinished work before that takes deaths back, in order. */
  static final byte WORK_DEATHS = 16;

  /** Keys that are remembered, in order; {@value KeyRows#SAVED_BYTES} bytes and two names each. */
  static final byte KEYS = 17;

  static final byte WORK_CLOSING = 1;
  static final byte WORK_KICKING = 2;
  static final byte WORK_CLEARING = 3;
  static final byte WORK_REVISING = 4;

  /** As a slot: no tube. */
  static final int NO_TUBE = -1;

  static final int TUBE_BYTES = 2 * 4 + 11 * 8 + 1 + 2;
  static final int SESSION_BYTES = 3 * 4 + 3 * 8 + 1 + 1;
  static final int WATCH_BYTES = 2 * 4;
  static final int WORK_BYTES = 1 + 4 + 8 + 4 + 1 + 8 + 8;
  static final int RARE_BYTES = 3 * 8 + RareField.COUNT * 4;

  static final int WAITING = 1;
  static final int PRODUCER = 2;
  static final int WORKER = 4;
  static final int CLOSING = 8;

  /** The session is closing, and what its client sent last follows its address. */
  static final int LAST_SENT = 16;

  private SnapshotRecord() {}
}
