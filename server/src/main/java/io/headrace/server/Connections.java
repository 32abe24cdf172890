package io.headrace.server;

import java.util.ArrayList;
import java.util.List;

/**
 * How many connections are open, and how many may be. At the limit the listeners stop accepting, so
 * that later peers wait in the kernel's queue; when one closes they go on. Listeners that became
 * ready in the same turn may each go one beyond it.
 *
 * <p>Used on the loop's thread.
 */
final class Connections {
  private final int max;
  private final List<Runnable> resumes = new ArrayList<>();
  private int open;

  /**
   * @param max the most that may be open, at least 1
   */
  Connections(int max) {
    this.max = max;
  }

  void opened() {
    open++;
  }

  void closed() {
    open--;
    if (open == max - 1) {
      resumes.forEach(Runnable::run);
    }
  }

  boolean isFull() {
    return open >= max;
  }

  int open() {
    return open;
  }

  int max() {
    return max;
  }

  /** Runs {@code resume} each time when there is room again. */
  void whenThereIsRoom(Runnable resume) {
    resumes.add(resume);
  }
}
