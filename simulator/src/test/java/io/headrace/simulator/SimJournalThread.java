package io.headrace.simulator;

import io.headrace.journal.JournalThread;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A thread of the journal whose tasks run, one at a time, when the simulation says so. */
final class SimJournalThread implements JournalThread {
  private record Timed(long atNs, long number, Runnable task) {}

  private final SimClock clock;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final PriorityQueue<Timed> timed =
      new PriorityQueue<>(Comparator.comparingLong(Timed::atNs).thenComparingLong(Timed::number));
  private long numbers;
  private boolean closed;

  SimJournalThread(SimClock clock) {
    this.clock = clock;
  }

  @Override
  public void run(Runnable task) {
    Violation.unless(!closed, "a task is given to a thread that has ended");
    tasks.add(task);
  }

  @Override
  public void runAfter(long delayNs, Runnable task) {
    if (!closed) {
      timed.add(new Timed(clock.now() + delayNs, numbers++, task));
    }
  }

  @Override
  public void join() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  @Override
  public void close() {
    join();
    closed = true;
    timed.clear();
  }

  /** When there is something to run; Long.MAX_VALUE for never. */
  long dueNs() {
    if (!tasks.isEmpty()) {
      return 0;
    }
    Timed first = timed.peek();
    return first == null ? Long.MAX_VALUE : first.atNs;
  }

  boolean isDue() {
    return dueNs() <= clock.now();
  }

  /** Runs one task. */
  void step() {
    if (!tasks.isEmpty()) {
      tasks.remove().run();
    } else if (isDue()) {
      timed.remove().task.run();
    }
  }
}
