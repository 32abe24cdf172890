package io.headrace.journal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One platform thread with a queue and a timer. */
final class PlatformJournalThread implements JournalThread {
  private final ScheduledThreadPoolExecutor executor;

  PlatformJournalThread(String name) {
    executor =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name(name).daemon(true).factory());
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.setRemoveOnCancelPolicy(true);
    executor.prestartAllCoreThreads();
  }

  @Override
  public void run(Runnable task) {
    executor.execute(task);
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored")
  public void runAfter(long delayNs, Runnable task) {
    if (!executor.isShutdown()) {
      executor.schedule(task, delayNs, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void join() {
    CountDownLatch done = new CountDownLatch(1);
    executor.execute(done::countDown);
    try {
      done.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JournalException("interrupted while waiting for the journal's thread", e);
    }
  }

  @Override
  public void close() {
    executor.shutdown();
  }
}
