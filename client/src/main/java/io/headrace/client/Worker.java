package io.headrace.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Takes jobs of a tube and has a handler work on them, until it is stopped. It outlives lost
 * connections and restarts of the server.
 */
public final class Worker implements AutoCloseable {
  /**
   * How often jobs in hand are looked at. The least TTR is a second: of that a job is touched in
   * time.
   */
  private static final Duration LOOK = Duration.ofMillis(200);

  /** For handlers that were interrupted to return. */
  private static final Duration LAST_MAX = Duration.ofSeconds(1);

  private final WorkOptions options;
  private final List<Slot> slots = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch stopping = new CountDownLatch(1);

  Worker(JobClient client, String tube, WorkOptions options, JobHandler handler) {
    this.options = options;
    for (int i = 0; i < options.slots(); i++) {
      var slot = new Slot(client, tube, options, handler, stopping);
      slots.add(slot);
      threads.add(Thread.ofVirtual().name("headrace-work " + tube + ' ' + i).start(slot::run));
    }
    Thread.ofVirtual().name("headrace-touch " + tube).start(this::touch);
  }

  private void touch() {
    try {
      while (threads.stream().anyMatch(Thread::isAlive)) {
        long nowNs = System.nanoTime();
        slots.forEach(slot -> slot.touchIfDue(nowNs));
        TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
      }
    } catch (InterruptedException e) {
      // Nobody has this thread to interrupt it.
      throw new IllegalStateException(e);
    }
  }

  /**
   * Takes no more jobs, and waits for those in hand. Handlers that have not returned within the
   * time are interrupted; a second later what they still hold is given back.
   *
   * @return whether every handler returned by itself
   */
  public boolean stop(Duration within) {
    stopping.countDown();
    slots.forEach(Slot::stopWaiting);
    boolean byThemselves = joined(within);
    if (!byThemselves) {
      slots.forEach(Slot::interrupt);
      if (!joined(LAST_MAX)) {
        slots.forEach(Slot::giveBack);
      }
    }
    return byThemselves;
  }

  private boolean joined(Duration within) {
    long untilNs = System.nanoTime() + within.toNanos();
    try {
      for (var thread : threads) {
        var left = Duration.ofNanos(Math.max(0, untilNs - System.nanoTime()));
        if (!thread.join(left)) {
          return false;
        }
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Stops within {@link WorkOptions#stopWithin}. */
  @Override
  public void close() {
    stop(options.stopWithin());
  }
}
