package io.headrace.simulator;

/** A guarantee was broken. */
final class Violation extends AssertionError {
  private static final long serialVersionUID = 1;

  Violation(String what) {
    super(what);
  }

  /** Throws when {@code held} is false; {@code what} is a format as of {@link String#format}. */
  @SuppressWarnings("AnnotateFormatMethod") // The annotation would be one more dependency.
  static void unless(boolean held, String what, Object... arguments) {
    if (!held) {
      throw new Violation(String.format(what, arguments));
    }
  }
}
