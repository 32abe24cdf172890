package io.headrace.trials;

import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;

/**
 * How late this machine wakes who sleeps, measured all the time while this is open: what a trial
 * may not blame on a client.
 */
final class Lateness implements AutoCloseable {

  private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(5);

  /** When a sleep ended, in milliseconds since the epoch → how much too late, in nanoseconds. */
  private final ConcurrentSkipListMap<Long, Long> late = new ConcurrentSkipListMap<>();

  private final Thread sleeper;

  private Lateness() {
    sleeper = Thread.ofPlatform().daemon().name("lateness").start(this::run);
  }

  static Lateness measured() {
    return new Lateness();
  }

  private void run() {
    long slept = System.nanoTime();
    while (!Thread.currentThread().isInterrupted()) {
      try {
        TimeUnit.NANOSECONDS.sleep(TICK_NS);
      } catch (InterruptedException e) {
        return;
      }
      long now = System.nanoTime();
      late.merge(System.currentTimeMillis(), Math.max(0, now - slept - TICK_NS), Long::sum);
      slept = now;
    }
  }

  /**
   * All that was too late in a time that begins at {@code fromMs} since the epoch: no one waiter
   * can have lost much more.
   */
  long msWithin(long fromMs, long durationMs) {
    long sumNs =
        late.subMap(fromMs, true, fromMs + durationMs, true).values().stream()
            .mapToLong(n -> n)
            .sum();
    return TimeUnit.NANOSECONDS.toMillis(sumNs);
  }

  @Override
  public void close() {
    sleeper.interrupt();
  }
}
