package io.headrace.queue;

import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/** All sessions: the open ones by id, and with those that are closing by slot. */
final class Sessions {
  private final JobTable jobs;
  private final Long2ObjectHashMap<Session> open = new Long2ObjectHashMap<>();
  private final Slots<Session> slots = new Slots<>();
  private int epoch;

  int waiting;
  int producers;
  int workers;

  Sessions(JobTable jobs) {
    this.jobs = jobs;
  }

  /** Number of open sessions. */
  int size() {
    return open.size();
  }

  int epoch() {
    return epoch;
  }

  void epoch(int newEpoch) {
    epoch = newEpoch;
  }

  /** The open session, or null. */
  @Nullable Session find(SessionId id) {
    return id.epoch() == epoch ? open.get(id.number()) : null;
  }

  Session at(int slot) {
    return slots.get(slot);
  }

  int slotLimit() {
    return slots.limit();
  }

  boolean isTaken(int slot) {
    return slots.isTaken(slot);
  }

  Session open(SessionId id, Tube used) {
    return insert(id, slots.free(), used, false);
  }

  Session insert(SessionId id, int slot, Tube used, boolean closing) {
    var session = new Session(id, slot, used, jobs);
    session.closing = closing;
    slots.set(slot, session);
    if (!closing) {
      Invariant.check(id.epoch() == epoch, "a session opens in its epoch");
      var before = open.put(id.number(), session);
      Invariant.check(before == null, "a session opens once");
    }
    return session;
  }

  /** The session can no longer be found; it stays until {@link #remove}. */
  void close(Session session) {
    session.closing = true;
    open.remove(session.id.number());
  }

  void remove(Session session) {
    slots.clear(session.slot);
  }
}
