package io.headrace.client;

import java.util.Optional;
import java.util.concurrent.Future;
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
      timer.setRemoveOnCancelPolicy(true);
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
  private volatile long armedNs = NEVER_NS;
  private Optional<Future<?>> armed = Optional.empty();

  private Alarm(Clock clock, Look look) {
    this.clock = clock;
    this.look = look;
  }

  /** Looks at this time, or before. */
  void armAt(long atNs) {
    if (!isArmedAt(atNs)) {
      arm(atNs);
    }
  }

  /**
   * Whether it will look by then. Without a lock: who sees it armed while it begins to look had
   * changed what it looks at before that.
   */
  private boolean isArmedAt(long atNs) {
    long isNs = armedNs;
    return isNs != NEVER_NS && isNs - atNs <= 0;
  }

  private synchronized void arm(long atNs) {
    if (isArmedAt(atNs)) {
      return;
    }
    armed.ifPresent(later -> later.cancel(false));
    armedNs = atNs;
    armed =
        Optional.of(
            clock.timer.schedule(this::ring, atNs - System.nanoTime(), TimeUnit.NANOSECONDS));
  }

  private void ring() {
    synchronized (this) {
      armedNs = NEVER_NS;
    }
    long nextNs = look.at(System.nanoTime());
    if (nextNs != NEVER_NS) {
      armAt(nextNs);
    }
  }
}
