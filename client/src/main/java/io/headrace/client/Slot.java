package io.headrace.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One place of a {@link Worker}: it reserves, has its handler work, says how it ended, and again.
 */
final class Slot {
  /** For one reserve: the server answers by then, so that a dead connection is found out. */
  private static final Duration RESERVE_MAX = Duration.ofSeconds(30);

  /** A job that is done by then costs no question for its TTR. */
  private static final long ASK_NS = TimeUnit.MILLISECONDS.toNanos(150);

  private static final Duration TTR_UNKNOWN = Duration.ZERO;

  private final JobClient client;
  private final String tube;
  private final WorkOptions options;
  private final JobHandler handler;
  private final CountDownLatch stopping;
  private final ReentrantLock lock = new ReentrantLock();

  /** The slot's thread while it may be interrupted: when it waits for a job, or has one in hand. */
  private Optional<Thread> interruptible = Optional.empty();

  /** What was asked with the end of the last job; the slot's thread alone knows of it. */
  private Optional<HeldJob.Ahead> ahead = Optional.empty();

  private Optional<HeldJob> inHand = Optional.empty();
  private boolean asked;
  private long touchedNs;
  private Duration ttr = TTR_UNKNOWN;

  Slot(
      JobClient client,
      String tube,
      WorkOptions options,
      JobHandler handler,
      CountDownLatch stopping) {
    this.client = client;
    this.tube = tube;
    this.options = options;
    this.handler = handler;
    this.stopping = stopping;
  }

  void run() {
    int failures = 0;
    while (!isStopping()) {
      try {
        waitFor().ifPresent(this::work);
        failures = 0;
      } catch (CallFailed e) {
        // Told to who listens, when it happened; there is nobody else to tell.
        failures++;
        pause(client.backOff().ns(failures));
      }
    }
    ahead.ifPresent(client::drop);
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  private void pause(long ns) {
    try {
      var _ = stopping.await(ns, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      // Interrupted when it was about to wait for a job: that is to stop.
      return;
    }
  }

  private Optional<HeldJob> waitFor() {
    mayBeInterrupted();
    try {
      if (ahead.isPresent()) {
        var asked = ahead.get();
        ahead = Optional.empty();
        return client.reserve(asked);
      }
      return isStopping() ? Optional.empty() : client.reserve(RESERVE_MAX, tube);
    } finally {
      mayNotBeInterrupted();
    }
  }

  private void mayBeInterrupted() {
    lock.lock();
    try {
      interruptible = Optional.of(Thread.currentThread());
    } finally {
      lock.unlock();
    }
  }

  /** From here on a late interrupt hits nobody. */
  private void mayNotBeInterrupted() {
    lock.lock();
    try {
      interruptible = Optional.empty();
      var _ = Thread.interrupted();
    } finally {
      lock.unlock();
    }
  }

  private void work(HeldJob job) {
    long startNs = System.nanoTime();
    var ended = "lost";
    try (job) {
      take(job, startNs);
      // What came while we were told to stop is closed, which gives it back.
      if (!isStopping()) {
        var ending = handled(job);
        putDown();
        ended = end(job, ending);
      }
    } finally {
      putDown();
      client.listener().worked(tube, Duration.ofNanos(System.nanoTime() - startNs), ended);
    }
  }

  private void take(HeldJob job, long nowNs) {
    lock.lock();
    try {
      inHand = Optional.of(job);
      asked = false;
      ttr = TTR_UNKNOWN;
      touchedNs = nowNs;
    } finally {
      lock.unlock();
    }
  }

  private void putDown() {
    lock.lock();
    try {
      inHand = Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private Ending handled(HeldJob job) {
    mayBeInterrupted();
    try {
      job.whenLost(this::interrupt);
      return handler.handle(job);
    } catch (Throwable thrown) {
      // The outermost frame of what others wrote: one job must not end the slot.
      client.listener().threw(tube, job, thrown);
      return options.onException();
    } finally {
      mayNotBeInterrupted();
    }
  }

  private String end(HeldJob job, Ending ending) {
    if (!job.isOpen()) {
      return "handled";
    }
    if (job.isLost()) {
      return "lost";
    }
    var request = ending.request(job.id());
    if (isStopping()) {
      return job.end(request) ? ending.word() : "lost";
    }
    var next = client.endAndReserve(job, request, RESERVE_MAX);
    ahead = Optional.of(next);
    return next.held() ? ending.word() : "lost";
  }

  /** Asks for the TTR of a job that is in hand for some time, and touches it at half of that. */
  void touchIfDue(long nowNs) {
    Optional<HeldJob> toAsk = Optional.empty();
    Optional<HeldJob> toTouch = Optional.empty();
    lock.lock();
    try {
      if (!asked && nowNs - touchedNs >= ASK_NS) {
        toAsk = inHand;
        asked = true;
      } else if (!ttr.isZero() && nowNs - touchedNs >= ttr.toNanos() / 2) {
        toTouch = inHand;
        touchedNs = nowNs;
      }
    } finally {
      lock.unlock();
    }
    toAsk.ifPresent(job -> job.askTtr(seconds -> learnt(job, seconds)));
    toTouch.ifPresent(HeldJob::touchSoon);
  }

  private void learnt(HeldJob job, Duration seconds) {
    lock.lock();
    try {
      if (inHand.isPresent() && inHand.get() == job) {
        ttr = seconds;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Interrupts what waits for a job, and lets what has one go on. */
  void stopWaiting() {
    lock.lock();
    try {
      if (inHand.isEmpty()) {
        interruptible.ifPresent(Thread::interrupt);
      }
    } finally {
      lock.unlock();
    }
  }

  void interrupt() {
    lock.lock();
    try {
      interruptible.ifPresent(Thread::interrupt);
    } finally {
      lock.unlock();
    }
  }

  /** Gives back what a handler that does not return still holds. */
  void giveBack() {
    Optional<HeldJob> left;
    lock.lock();
    try {
      left = inHand;
    } finally {
      lock.unlock();
    }
    left.ifPresent(HeldJob::close);
  }
}
