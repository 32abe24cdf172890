package io.headrace.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other threads and processes do. */
final class Patience {
  /** The longest that anything here is waited for. */
  static final long SECONDS = 30;

  private Patience() {}

  /** Waits until this holds, and fails the test when it never does. */
  static void await(String what, BooleanSupplier holds) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still waiting until " + what).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  /** Whether a process runs. One that is dead and that nobody has asked for does not. */
  static boolean runs(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return "ZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) < 0;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      return Files.exists(Path.of("/proc", Long.toString(pid)));
    }
  }
}
