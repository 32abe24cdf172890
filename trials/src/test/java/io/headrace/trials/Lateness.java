package io.headrace.trials;

import java.time.Duration;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;

/**
 * How late this machine wakes who sleeps, measured all the time while this is open: what a trial
 * may not blame on a client. Measured on a thread of the system and on a virtual one, since calls
 * are made on both.
 */
final class Lateness implements AutoCloseable {

  private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(5);

  /** A beginning and a length, each cut to whole milliseconds: the end is so much later at most. */
  private static final long CUT_MS = 2;

  /** Who has not woken for so long is waited for no longer. */
  private static final Duration WAKES = Duration.ofSeconds(10);

  private final Sleeper ofSystem = new Sleeper();
  private final Sleeper ofVirtual = new Sleeper();
  private final Thread systemThread;
  private final Thread virtualThread;

  private Lateness() {
    systemThread = Thread.ofPlatform().daemon().name("lateness").start(ofSystem);
    virtualThread = Thread.ofVirtual().name("lateness").start(ofVirtual);
  }

  static Lateness measured() {
    return new Lateness();
  }

  /** Sleeps, and notes how much longer than it wanted to. */
  private static final class Sleeper implements Runnable {
    /** When a sleep ended, in milliseconds since the epoch → how much too late, in nanoseconds. */
    private final ConcurrentSkipListMap<Long, Long> late = new ConcurrentSkipListMap<>();

    @Override
    public void run() {
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
     * With the first sleep that ended behind this time: what stalled its end is noted only then.
     * That sleep may go on still when somebody asks, who was woken before.
     */
    private long nsWithin(long fromMs, long toMs) {
      long deadline = System.nanoTime() + WAKES.toNanos();
      var next = late.higherKey(toMs);
      while (next == null && System.nanoTime() < deadline) {
        Await.pause();
        next = late.higherKey(toMs);
      }
      return late.subMap(fromMs, true, next == null ? toMs : next, true).values().stream()
          .mapToLong(n -> n)
          .sum();
    }
  }

  /**
   * All that was too late in a time that begins at {@code fromMs} since the epoch and is over: no
   * one waiter can have lost much more.
   */
  long msWithin(long fromMs, long durationMs) {
    // What never happened has no end.
    long endMs = Math.min(fromMs + durationMs, System.currentTimeMillis());
    long toMs = Math.max(fromMs, endMs) + CUT_MS;
    long ns = Math.max(ofSystem.nsWithin(fromMs, toMs), ofVirtual.nsWithin(fromMs, toMs));
    return TimeUnit.NANOSECONDS.toMillis(ns);
  }

  @Override
  public void close() {
    systemThread.interrupt();
    virtualThread.interrupt();
  }
}
