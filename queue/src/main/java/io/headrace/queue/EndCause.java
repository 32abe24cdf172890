package io.headrace.queue;

/** Why a job was taken out of the running by a policy, or by the server. */
public enum EndCause {
  /** Nothing did. */
  NONE(0),
  /** Its holders died, {@link PolicyKey#MAX_DEATHS} times. */
  POISONED(1),
  /** It was tried as often as its tube allows. */
  EXHAUSTED(2),
  /** It was not finished in time. */
  EXPIRED(3),
  /** Its body was found damaged. */
  DAMAGED(4),
  /** Somebody dropped it. */
  DROPPED(5);

  private static final EndCause[] BY_CODE = values();

  private final int code;

  EndCause(int code) {
    this.code = code;
  }

  /** What stands for it in snapshots: never changes. */
  public int code() {
    return code;
  }

  /** That of a code, 0 to 5. */
  public static EndCause of(int code) {
    return BY_CODE[code];
  }
}
