package io.headrace.queue;

/** How an attempt, one reservation of a job, ended. */
public enum AttemptEnd {
  /** The holder deleted the job. */
  DELETED(0),
  /** The holder released it, or quit while it held it. */
  RELEASED(1),
  /** The holder buried it. */
  BURIED(2),
  /** Its time to run was over. */
  TIMED_OUT(3),
  /** The holder's connection closed without {@code quit}, or its supervisor said that it died. */
  DIED(4),
  /** The network lost the holder. Never held against the job. */
  UNREACHABLE(5),
  /** The server restarted, or many holders ended at once. Never held against the job. */
  RESTART(6);

  private static final AttemptEnd[] BY_CODE = values();

  private final int code;

  AttemptEnd(int code) {
    this.code = code;
  }

  /** What stands for it in snapshots: never changes. */
  public int code() {
    return code;
  }

  /** That of a code, 0 to 6. */
  public static AttemptEnd of(int code) {
    return BY_CODE[code];
  }
}
