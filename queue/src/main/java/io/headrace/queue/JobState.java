package io.headrace.queue;

/** Where a job stands. */
public enum JobState {
  READY(0),
  DELAYED(1),
  RESERVED(2),
  BURIED(3);

  /** One more than the highest code. */
  static final int CODES = 4;

  private static final JobState[] BY_CODE = {READY, DELAYED, RESERVED, BURIED};

  private final int code;

  JobState(int code) {
    this.code = code;
  }

  /** What stands for it in rows and snapshots; never changes. */
  int code() {
    return code;
  }

  /** The state of this code, 0 to {@link #CODES} - 1. */
  static JobState of(int code) {
    return BY_CODE[code];
  }
}
