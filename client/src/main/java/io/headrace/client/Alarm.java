package io.headrace.client;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks after deadlines, once at each that is known to be the next, so that a call costs no timer
 * of its own: deadlines of one connection come in order.
 */
final class Alarm {
  /** Later than all that comes. */
  static final long NEVER_NS = Long.MAX_VALUE;

  /** Looks, and returns when to look again, by {@link System#nanoTime}, or {@link #NEVER_NS}. */
  interface Look {
    long at(long nowNs);
  }

  /** The thread that all alarms of a client share. */
  static final class Clock implements AutoCloseable {
    private final ScheduledThreadPoolExecutor timer;

    Clock() {
      timer =
          new ScheduledThreadPoolExecutor(
              1,
              Thread.ofPlatform().daemon().name("headrace-deadlines").factory(),
              new ThreadPoolExecutor.DiscardPolicy());
      timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    Alarm alarm(Look look) {
      return new Alarm(this, look);
    }

    @Override
    public void close() {
      timer.shutdownNow();
    }
  }

  private final Clock clock;
  private final Look look;
  private boolean armed;
  private long armedNs;

  private Alarm(Clock clock, Look look) {
    this.clock = clock;
    this.look = look;
  }

  /** Looks at this time, or before. */
  synchronized void armAt(long atNs) {
    if (armed && armedNs - atNs <= 0) {
      return;
    }
    armed = true;
    armedNs = atNs;
    var _ = clock.timer.schedule(this::ring, atNs - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  private void ring() {
    synchronized (this) {
      armed = false;
    }
    long nextNs = look.at(System.nanoTime());
    if (nextNs != NEVER_NS) {
      armAt(nextNs);
    }
  }
}
