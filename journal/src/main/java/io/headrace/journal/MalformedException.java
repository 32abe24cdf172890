package io.headrace.journal;

/** Bytes that are not what they should be. The message says in what, without file and offset. */
final class MalformedException extends Exception {
  private static final long serialVersionUID = 1;

  private final String reason;

  MalformedException(String reason) {
    super(reason);
    this.reason = reason;
  }

  /** Throws unless it holds. */
  static void require(boolean holds, String otherwise) throws MalformedException {
    if (!holds) {
      throw new MalformedException(otherwise);
    }
  }

  String reason() {
    return reason;
  }
}
