package io.headrace.worker.process;

/** This system lacks what scripts are supervised by. The message says what. */
public final class UnsupportedSystemException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnsupportedSystemException(String message) {
    super(message);
  }
}
