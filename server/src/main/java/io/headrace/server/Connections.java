package io.headrace.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How many connections are open, how many may be, and what the kernel is told of each. At the limit
 * the listeners stop accepting, so that later peers wait in the kernel's queue; when one closes
 * they go on. Listeners that became ready in the same turn may each go one beyond it.
 *
 * <p>Used on the loop's thread.
 */
final class Connections {
  private final int max;
  private final Optional<KeepAlive> keepAlive;
  private final List<Runnable> resumes = new ArrayList<>();
  private int open;

  /**
   * None yet.
   *
   * @param max the most that may be open, at least 1
   * @param keepAlive what the kernel is told of peers over TCP; without it, that they matter
   */
  Connections(int max, Optional<KeepAlive> keepAlive) {
    this.max = max;
    this.keepAlive = keepAlive;
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

  Optional<KeepAlive> keepAlive() {
    return keepAlive;
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
