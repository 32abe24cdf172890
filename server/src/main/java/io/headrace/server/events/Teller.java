package io.headrace.server.events;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Tells one target, on a virtual thread of its own: waits for it, tries again, and gives up in the
 * end. Who hands in events never waits.
 */
final class Teller {
  /** Events that may wait for a target. Those beyond are dropped, and counted. */
  static final int EVENTS_WAITING_MAX = 1_000;

  private final Target target;
  private final Pace pace;
  private final LongSupplier nanoTime;
  private final DoubleSupplier chance;
  private final Consumer<String> complaints;

  private final ConcurrentLinkedQueue<Event> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong dropped = new AtomicLong();
  private final Folds folds;
  private final TokenBucket bucket;
  private final Thread thread;
  private volatile boolean closing;
  private volatile boolean patient = true;

  /** Events that were dropped and that the target does not know of. */
  private long untold;

  /** What goes on after a sentence: why the last try failed, if it has. */
  private String trouble = "";

  /**
   * A teller that has begun.
   *
   * @param chance numbers from 0 to 1
   * @param complaints takes a line about each event that was not told
   */
  Teller(
      Target target,
      Pace pace,
      LongSupplier nanoTime,
      DoubleSupplier chance,
      Consumer<String> complaints) {
    this.target = target;
    this.pace = pace;
    this.nanoTime = nanoTime;
    this.chance = chance;
    this.complaints = complaints;
    folds = new Folds(pace.fold().toNanos());
    bucket = new TokenBucket(pace.perSecond(), pace.burst(), nanoTime.getAsLong());
    thread = Thread.ofVirtual().name("headrace-events").unstarted(this::run);
    thread.start();
  }

  /** Takes an event, or drops it. No lock, and no wait. */
  void offer(Event event) {
    if (closing || waiting.incrementAndGet() > EVENTS_WAITING_MAX) {
      waiting.decrementAndGet();
      dropped.incrementAndGet();
      return;
    }
    queue.add(event);
    LockSupport.unpark(thread);
  }

  /**
   * Ends it when what waits is told. What comes later is dropped.
   *
   * @param patiently whether what fails is tried again as ever; else each event is tried once more
   */
  void finish(boolean patiently) {
    patient = patiently;
    closing = true;
    LockSupport.unpark(thread);
  }

  /** Waits for its end until then, in the terms of its clock; after that it is cut off. */
  void join(long untilNs, long graceNs) throws InterruptedException {
    if (!thread.join(left(untilNs))) {
      thread.interrupt();
      var _ = thread.join(Duration.ofNanos(graceNs));
    }
  }

  private Duration left(long untilNs) {
    return Duration.ofNanos(Math.max(1, untilNs - nanoTime.getAsLong()));
  }

  private void run() {
    try (target) {
      boolean more = true;
      while (more) {
        more = step();
      }
    } catch (InterruptedException _) {
      complaints.accept(
          String.format(
              Locale.ROOT,
              "%s was not told of %d events: the server ended%s",
              target.name(),
              waiting.get(),
              trouble));
    } catch (RuntimeException | LinkageError e) {
      closing = true;
      complaints.accept(
          target.name() + " is told no more: a fault of this server: " + e + ". Please report it");
    }
  }

  /** Tells one event, or waits; false at the end. */
  private boolean step() throws InterruptedException {
    boolean last = closing;
    long nowNs = nanoTime.getAsLong();
    collect(nowNs);
    if (last) {
      folds.hurry(nowNs);
      if (folds.size() == 0) {
        return false;
      }
    }
    long waitNs = folds.size() == 0 ? Long.MAX_VALUE : bucket.waitNs(nowNs);
    if (waitNs == 0) {
      Optional<Telling> next = folds.next(nowNs);
      if (next.isPresent()) {
        bucket.take();
        tell(next.get());
        waiting.decrementAndGet();
        return true;
      }
      waitNs = folds.waitNs(nowNs);
    }
    park(waitNs);
    return true;
  }

  private void collect(long nowNs) {
    for (Event event = queue.poll(); event != null; event = queue.poll()) {
      if (folds.add(event, nowNs)) {
        waiting.decrementAndGet();
      }
    }
  }

  /** Waits so long, or until something comes. */
  private static void park(long ns) throws InterruptedException {
    if (ns == Long.MAX_VALUE) {
      LockSupport.park();
    } else {
      LockSupport.parkNanos(ns);
    }
    if (Thread.interrupted()) {
      throw new InterruptedException("the server ends");
    }
  }

  private void tell(Telling telling) throws InterruptedException {
    countDropped();
    for (int tried = 1; ; tried++) {
      boolean last = tried == pace.tries() || !patient;
      if (!(target.tell(telling, untold) instanceof Outcome.NotTold(var why))) {
        break;
      }
      trouble = "; it " + why;
      if (last) {
        complaints.accept(
            String.format(
                Locale.ROOT,
                "%s was not told, tried %d times: it %s. What it misses: %s",
                target.name(),
                tried,
                why,
                LogTarget.line(telling)));
        return;
      }
      pause(pace.delayNs(tried, chance.getAsDouble()));
    }
    untold = 0;
    trouble = "";
  }

  private void countDropped() {
    long more = dropped.getAndSet(0);
    if (more > 0) {
      untold += more;
      complaints.accept(
          String.format(
              Locale.ROOT,
              "%s was not told of %d events: more than %d waited for it",
              target.name(),
              more,
              EVENTS_WAITING_MAX));
    }
  }

  /** Waits so long before the next try, unless the end cannot wait. */
  private void pause(long ns) throws InterruptedException {
    long startNs = nanoTime.getAsLong();
    for (long left = ns; left > 0 && patient; left = ns - (nanoTime.getAsLong() - startNs)) {
      park(left);
    }
  }
}
