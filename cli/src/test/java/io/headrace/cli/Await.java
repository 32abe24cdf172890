package io.headrace.cli;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits for what a server does when it was told so without a reply: a verb that ends says {@code
 * quit}, and may be gone before the server has read it.
 */
final class Await {
  /** Nothing but a failure ever waits that long. */
  private static final long SECONDS_MAX = 30;

  private Await() {}

  /** Returns when this holds, and fails the test when it never does. */
  static void until(String what, BooleanSupplier holds) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not in " + SECONDS_MAX + " s: " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }
}
