package io.headrace.queue;

/** How a connection ended: what it says of whoever held jobs over it. */
public enum SessionEnd {
  /** The client said {@code quit}. */
  QUIT(0),
  /** The client closed it, or its process ended, without {@code quit}. */
  DIED(1),
  /** The network lost the client: keep-alive or the user time-out fired. */
  UNREACHABLE(2),
  /** The server closed it, by its own rules or because somebody asked for it. */
  CLOSED(3);

  private static final SessionEnd[] BY_CODE = values();

  private final int code;

  SessionEnd(int code) {
    this.code = code;
  }

  /** What stands for it in the log: never changes. */
  public int code() {
    return code;
  }

  /** That of a code, 0 to 3. */
  public static SessionEnd of(int code) {
    return BY_CODE[code];
  }
}
