package io.headrace.server;

/** An address cannot be listened on. The message says which, why, and what to do: one line. */
public final class ListenException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ListenException(String message) {
    super(message);
  }

  public ListenException(String message, Throwable cause) {
    super(message, cause);
  }
}
