package io.headrace.trials;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waiting for something that another process does, and that it has no way to tell. */
final class Await {

  /** Generous: the machine may be shared. Nothing but a failure ever waits that long. */
  private static final Duration MAX = Duration.ofSeconds(60);

  private static final int PAUSE_MS = 20;

  private Await() {}

  /** Returns when {@code condition} holds; fails and says {@code what} when it never does. */
  static void until(String what, Callable<Boolean> condition) throws Exception {
    until(what, MAX, condition);
  }

  /** Likewise, for what takes its time even on a machine of its own. */
  static void until(String what, Duration max, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + max.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("Not in " + max.toSeconds() + " s: " + what);
      }
      pause();
    }
  }

  /** Lets others run for a moment. */
  static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("Interrupted while waiting", e);
    }
  }
}
