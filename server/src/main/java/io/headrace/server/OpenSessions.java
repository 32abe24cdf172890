package io.headrace.server;

import io.headrace.queue.SessionId;
import java.util.List;
import java.util.Optional;
import org.agrona.collections.Long2ObjectHashMap;

/** The open connections of one start of the server. Used on the loop's thread. */
public final class OpenSessions {
  private final Long2ObjectHashMap<Session> byNumber = new Long2ObjectHashMap<>();
  private long ever;
  private int unopened;

  OpenSessions() {}

  /** How many are open. */
  public int count() {
    return byNumber.size();
  }

  /** How many of them the queue does not know yet. */
  public int unopened() {
    return unopened;
  }

  /** How many were ever opened. */
  public long ever() {
    return ever;
  }

  /** All of them, in no order. */
  public List<Session> all() {
    return List.copyOf(byNumber.values());
  }

  /** The one of this number. */
  public Optional<Session> find(long number) {
    return Optional.ofNullable(byNumber.get(number));
  }

  Session getOrDefault(long number, Session other) {
    return byNumber.getOrDefault(number, other);
  }

  /** Adds one that the queue does not know yet, and gives it its name. */
  void add(Session session, int epoch, long nowNs) {
    ever++;
    session.connected(new SessionId(epoch, ever), nowNs);
    byNumber.put(session.id().number(), session);
    unopened++;
  }

  void remove(Session session) {
    session.left();
    byNumber.remove(session.id().number());
    if (!session.isOpen()) {
      unopened--;
    }
  }

  /** An entry of the session was applied: the queue knows it now. */
  void applied(Session session) {
    if (session.applied() && !session.isGone()) {
      unopened--;
    }
  }
}
