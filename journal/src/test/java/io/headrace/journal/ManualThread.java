package io.headrace.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The journal's thread run by hand: tasks wait until somebody runs them. */
final class ManualThread implements JournalThread {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final List<Runnable> timed = new ArrayList<>();

  @Override
  public void run(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void runAfter(long delayNs, Runnable task) {
    timed.add(task);
  }

  /** Runs the next task, if there is one. */
  boolean step() {
    Runnable task = tasks.poll();
    if (task == null) {
      return false;
    }
    task.run();
    return true;
  }

  /** Lets all the time pass that anything waits for. */
  void passTime() {
    List<Runnable> due = List.copyOf(timed);
    timed.clear();
    due.forEach(Runnable::run);
  }

  @Override
  public void join() {
    while (step()) {
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    tasks.clear();
    timed.clear();
  }
}
