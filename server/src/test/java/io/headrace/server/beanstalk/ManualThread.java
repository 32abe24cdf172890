package io.headrace.server.beanstalk;

import io.headrace.server.LoopThread;
import java.util.ArrayDeque;

/** A loop's thread that a test turns by hand, with a clock that stands until it is moved. */
final class ManualThread implements LoopThread {
  private static final int TURNS_MAX = 100_000;

  private final ArrayDeque<Runnable> steps = new ArrayDeque<>();
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private long nanos = 1_000_000_007;
  private long wakeAtNanos = Long.MAX_VALUE;
  private Runnable wake = () -> {};

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public void atEndOfTurn(Runnable step) {
    steps.add(step);
  }

  @Override
  public void wakeAt(long nanoTime, Runnable step) {
    wakeAtNanos = nanoTime;
    wake = step;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void executeAfterReads(Runnable task) {
    tasks.add(task);
  }

  /** Runs what is due until nothing is. */
  void run() {
    for (int turn = 0; turn < TURNS_MAX; turn++) {
      if (!step()) {
        return;
      }
    }
    throw new AssertionError("the loop does not come to rest");
  }

  /** Runs what is due next, if anything is. */
  boolean step() {
    if (!steps.isEmpty()) {
      steps.remove().run();
    } else if (!tasks.isEmpty()) {
      tasks.remove().run();
    } else if (wakeAtNanos <= nanos) {
      wakeAtNanos = Long.MAX_VALUE;
      wake.run();
    } else {
      return false;
    }
    return true;
  }

  /** Moves the clock and runs nothing: the thread is late. */
  void lag(long ns) {
    nanos += ns;
  }

  /** Moves the clock from one due time to the next, and runs what is due there. */
  void pass(long ns) {
    long untilNanos = nanos + ns;
    run();
    while (wakeAtNanos <= untilNanos) {
      nanos = Math.max(nanos, wakeAtNanos);
      run();
    }
    nanos = untilNanos;
    run();
  }
}
