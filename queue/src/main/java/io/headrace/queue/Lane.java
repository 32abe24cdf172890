package io.headrace.queue;

/** What is thought of a job: whether it may run beside others, or at all. */
enum Lane {
  PLAIN(0),
  /** Its holder died: it is delivered alone. */
  SUSPECT(1),
  /** Delayed, and at the end of its delay poisoned, unless others died too meanwhile. */
  CONDEMNED(2),
  /** Deleted by somebody who may think better of it; nobody finds it. */
  DROPPED(3),
  /** No job but the evidence of a death; nobody finds it. */
  DOCKET(4);

  private static final Lane[] BY_CODE = {PLAIN, SUSPECT, CONDEMNED, DROPPED, DOCKET};

  /** One more than the highest code. */
  static final int CODES = 5;

  private final int code;

  Lane(int code) {
    this.code = code;
  }

  /** What stands for it in rows and snapshots; never changes. */
  int code() {
    return code;
  }

  /** That of a code, 0 to {@link #CODES} - 1. */
  static Lane of(int code) {
    return BY_CODE[code];
  }

  /** Whether clients know nothing of such a job. */
  boolean isOffStage() {
    return this == DROPPED || this == DOCKET;
  }
}
