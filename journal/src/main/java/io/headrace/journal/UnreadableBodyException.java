package io.headrace.journal;

import java.io.IOException;

/** The disk does not give a body. The message says which, and where. */
final class UnreadableBodyException extends IOException {
  private static final long serialVersionUID = 1;

  private final String reason;

  UnreadableBodyException(String reason, IOException cause) {
    super(reason, cause);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
