package io.headrace.queue;

/** What becomes of a job that is poisoned or exhausted. */
public enum OnEnd {
  /** It is buried in its tube. */
  BURY(0),
  /** It is deleted, and leaves a record. */
  DROP(1),
  /** It becomes ready in another tube. */
  MOVE(2);

  private static final OnEnd[] BY_CODE = values();

  private final int code;

  OnEnd(int code) {
    this.code = code;
  }

  /** What stands for it in the log: never changes. */
  public int code() {
    return code;
  }

  /** That of a code, 0 to 2. */
  public static OnEnd of(int code) {
    return BY_CODE[code];
  }
}
