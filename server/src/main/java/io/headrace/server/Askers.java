package io.headrace.server;

import io.headrace.queue.QueueMachine;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;

/**
 * Sessions that ask one costly thing after the other, such as stats, in the order in which they
 * have their turn. All of them together get a share of the loop's time, so that who asks a million
 * times at once does not take it from those who work.
 */
final class Askers {
  /** One part in so many of the loop's time is for costly queries. */
  static final int PARTS = 20;

  /** What a costly query takes at least, its reply and what the collector has of it included. */
  static final long COST_MIN_NS = 20_000;

  /** What it counts at most: nobody else waits for longer than {@link #PARTS} times this. */
  static final long COST_MAX_NS = 5_000_000;

  /** What may be asked at once after a pause: eight questions. */
  static final long AHEAD_NS = 8 * PARTS * COST_MIN_NS;

  private final QueueMachine machine;
  private final LongSupplier clock;
  private final ArrayDeque<Session> waiting = new ArrayDeque<>();
  private long freeAtNs;

  /**
   * @param clock any clock in nanoseconds
   */
  Askers(QueueMachine machine, LongSupplier clock) {
    this.machine = machine;
    this.clock = clock;
  }

  /** Notes that a query is asked. */
  void asked(Query query, long nowNs) {
    if (query.isCostly()) {
      freeAtNs = Math.max(freeAtNs, nowNs) + PARTS * COST_MIN_NS;
    }
  }

  /** Has a query answered, and notes how long that takes where it is costly. */
  void answer(Session by, Query query, long stampNs) {
    if (query.isCostly()) {
      long began = clock.getAsLong();
      by.read(query, machine, stampNs);
      long tookNs = Math.clamp(clock.getAsLong() - began, COST_MIN_NS, COST_MAX_NS);
      freeAtNs += PARTS * (tookNs - COST_MIN_NS);
    } else {
      by.read(query, machine, stampNs);
    }
  }

  /** Whether so much was asked that sessions should wait for their turn. */
  boolean haveEnough(long nowNs) {
    return freeAtNs - nowNs >= AHEAD_NS;
  }

  /** Has a session resumed when it is its turn. */
  void add(Session session) {
    if (session.queueToAsk()) {
      waiting.add(session);
    }
  }

  /** Resumes those whose turn it is. */
  void resume(long nowNs) {
    for (int left = waiting.size(); left > 0 && !haveEnough(nowNs); left--) {
      Session session = waiting.remove();
      session.unqueueToAsk();
      session.resume();
    }
  }

  /** When the next of them may ask; {@link Long#MAX_VALUE} when nobody waits. */
  long dueNs() {
    return waiting.isEmpty() ? Long.MAX_VALUE : freeAtNs - AHEAD_NS + 1;
  }
}
