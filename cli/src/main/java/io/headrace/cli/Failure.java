package io.headrace.cli;

/** Ends a verb with one line on stderr (what, where, how to fix it) and an exit code. */
final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  Failure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  Failure(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** One of {@link Exit}. */
  int exitCode() {
    return exitCode;
  }
}
