package io.headrace.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** The connections that hold jobs, or wait for them, and those that did and may again. */
final class Holders {
  private final Opener opener;
  private final Semaphore places;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ReentrantLock lock = new ReentrantLock();

  /** The one that was given back last comes first. */
  private final ArrayDeque<Holder> idle = new ArrayDeque<>();

  /** With those that take their leave. */
  private final Set<Holder> all = new HashSet<>();

  Holders(Opener opener) {
    this.opener = opener;
    this.places = new Semaphore(opener.options().holdersMax());
  }

  /**
   * Takes one that watches these tubes alone; makes one, and tries again after a failure, until a
   * time.
   *
   * @param wanted what it is for, as messages name it
   */
  Holder take(List<String> tubes, long untilNs, Request<?> wanted) {
    boolean placed = false;
    boolean taken = false;
    try {
      placed = places.tryAcquire(untilNs - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (!placed) {
        int max = opener.options().holdersMax();
        throw CallFailed.notDone(
            wanted,
            opener.unreachable(
                max + " connections hold a job or wait for one already (holdersMax)"));
      }
      var one = reused(tubes).or(() -> connected(tubes, untilNs, wanted));
      taken = true;
      return one.orElseThrow();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CallFailed.notDone(wanted, opener.unreachable("interrupted"));
    } finally {
      if (placed && !taken) {
        places.release();
      }
    }
  }

  private Optional<Holder> reused(List<String> tubes) {
    lock.lock();
    try {
      idle.removeIf(Holder::isDead);
      all.removeIf(Holder::isDead);
      for (var one : idle) {
        if (one.tubes().equals(tubes)) {
          idle.remove(one);
          return Optional.of(one);
        }
      }
      if (all.size() >= opener.options().holdersMax() && !idle.isEmpty()) {
        idle.removeLast().quit();
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private Optional<Holder> connected(List<String> tubes, long untilNs, Request<?> wanted) {
    for (int failures = 0; ; failures++) {
      ClientException why;
      try {
        sleep(Math.min(opener.backOff().ns(failures), untilNs - System.nanoTime()), wanted);
        var left = Duration.ofNanos(Math.max(1, untilNs - System.nanoTime()));
        return Optional.of(listed(new Holder(opener, tubes, left)));
      } catch (ClientException e) {
        why = e;
      }
      if (Opener.isFinal(why)
          || Thread.currentThread().isInterrupted()
          || untilNs - System.nanoTime() <= 0) {
        throw CallFailed.notDone(wanted, why);
      }
    }
  }

  private void sleep(long ns, Request<?> wanted) {
    boolean ended;
    try {
      ended = closed.await(ns, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ended = true;
    }
    if (ended) {
      throw CallFailed.notDone(
          wanted, opener.unreachable(isClosed() ? "the client is closed" : "interrupted"));
    }
  }

  boolean isClosed() {
    return closed.getCount() == 0;
  }

  private Holder listed(Holder one) {
    lock.lock();
    try {
      all.add(one);
      if (isClosed()) {
        one.quit();
      }
      return one;
    } finally {
      lock.unlock();
    }
  }

  /** Gives one back that holds no job, or that is dead. */
  void giveBack(Holder one) {
    lock.lock();
    try {
      if (!isClosed() && !one.isDead()) {
        idle.addFirst(one);
      }
    } finally {
      lock.unlock();
    }
    places.release();
  }

  /** Gives one back that may hold a job: the server is to take it back. */
  void discard(Holder one) {
    one.quit();
    places.release();
  }

  /** Takes leave of all: what they hold goes back. */
  void close() {
    closed.countDown();
    lock.lock();
    try {
      all.forEach(Holder::quit);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all have taken leave, for a time. */
  void awaitClosed(long untilNs) throws InterruptedException {
    List<Holder> rest;
    lock.lock();
    try {
      rest = List.copyOf(all);
    } finally {
      lock.unlock();
    }
    for (var one : rest) {
      one.awaitClosed(untilNs);
    }
  }
}
