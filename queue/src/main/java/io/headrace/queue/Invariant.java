package io.headrace.queue;

/** What must hold whatever the input was. A broken one is a bug of ours and ends the process. */
public final class Invariant {
  private Invariant() {}

  /** Throws {@link AssertionError} when {@code holds} is false. Stays on in production. */
  public static void check(boolean holds, String rule) {
    if (!holds) {
      throw new AssertionError(rule);
    }
  }
}
