package io.headrace.http;

/** A response that is none, or does not say where it ends; its decoder makes a verdict of it. */
final class MalformedResponseException extends Exception {
  private static final long serialVersionUID = 1;

  private final String why;

  MalformedResponseException(String why) {
    super(why, null, false, false);
    this.why = why;
  }

  String why() {
    return why;
  }
}
