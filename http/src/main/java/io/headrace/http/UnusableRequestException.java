package io.headrace.http;

/** What was to be asked cannot be asked; the message says what is wrong with it, and the fix. */
public final class UnusableRequestException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  UnusableRequestException(String message) {
    super(message);
  }
}
