package io.headrace.server;

import java.util.ArrayDeque;

/**
 * Sessions that ask one costly thing after the other, such as stats, in the order in which they
 * have their turn. All of them together get a share of the loop's time, so that who asks a million
 * times at once does not take it from those who work.
 */
final class Askers {
  /** Costly queries that are answered in a {@link #PERIOD_NS}: some tenth of it. */
  static final int QUERIES_MAX = 8;

  /** Time after which as many may be answered again. */
  static final long PERIOD_NS = 1_000_000;

  private final ArrayDeque<Session> waiting = new ArrayDeque<>();
  private int queries;
  private long beganNs;

  /** Notes what is asked; the first costly query begins a period. */
  void count(Query query, long nowNs) {
    if (query.isCostly()) {
      beganNs = queries == 0 ? nowNs : beganNs;
      queries++;
    }
  }

  /** Whether so much was asked that sessions should wait for their turn. */
  boolean haveEnough() {
    return queries >= QUERIES_MAX;
  }

  /** Has a session resumed when it is its turn. */
  void add(Session session) {
    if (session.queueToAsk()) {
      waiting.add(session);
    }
  }

  /** Says what time it is. */
  void timeIs(long nowNs) {
    if (nowNs - beganNs >= PERIOD_NS) {
      queries = 0;
    }
  }

  /** Resumes those whose turn it is. */
  void resume() {
    for (int left = waiting.size(); left > 0 && !haveEnough(); left--) {
      Session session = waiting.remove();
      session.unqueueToAsk();
      session.resume();
    }
  }

  /** When the next of them may ask; {@link Long#MAX_VALUE} when nobody waits. */
  long dueNs() {
    return waiting.isEmpty() ? Long.MAX_VALUE : beganNs + PERIOD_NS;
  }
}
