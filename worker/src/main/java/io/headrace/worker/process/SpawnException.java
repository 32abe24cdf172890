package io.headrace.worker.process;

/** A program could not be started. The message says which, and what the system says of it. */
public final class SpawnException extends Exception {
  private static final long serialVersionUID = 1;

  /** What happened to what, and what to do. */
  public SpawnException(String message) {
    super(message);
  }
}
