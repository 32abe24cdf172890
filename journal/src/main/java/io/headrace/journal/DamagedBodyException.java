package io.headrace.journal;

/** A body that a file should have is not there, or is not what was put. The message says where. */
final class DamagedBodyException extends Exception {
  private static final long serialVersionUID = 1;

  private final long location;
  private final String reason;

  DamagedBodyException(long location, String reason) {
    super(reason);
    this.location = location;
    this.reason = reason;
  }

  long location() {
    return location;
  }

  String reason() {
    return reason;
  }
}
