package io.headrace.queue;

import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/** All sessions: the open ones by id, and with those that are closing by slot. */
final class Sessions {
  private final JobTable jobs;
  private final SnapshotGuard guard;
  private final Long2ObjectHashMap<Session> open = new Long2ObjectHashMap<>();
  private final Slots<Session> slots = new Slots<>();
  private int epoch;

  /** The open session that was asked for last: mostly the next one, too. */
  private @Nullable Session found;

  int waiting;
  int producers;
  int workers;

  Sessions(JobTable jobs, SnapshotGuard guard) {
    this.jobs = jobs;
    this.guard = guard;
  }

  /** Number of open sessions. */
  int size() {
    return open.size();
  }

  /** Number of sessions, with those that are closing. */
  int sizeWithClosing() {
    return slots.size();
  }

  int epoch() {
    return epoch;
  }

  void epoch(int newEpoch) {
    epoch = newEpoch;
  }

  /** The open session, or null. */
  @Nullable Session find(SessionId id) {
    var last = found;
    if (last == null || last.id.number() != id.number()) {
      last = open.get(id.number());
      found = last;
    }
    return id.epoch() == epoch ? last : null;
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

  Session open(SessionId id, String peer, Tube used) {
    return insert(id, peer, slots.free(), used);
  }

  Session insert(SessionId id, String peer, int slot, Tube used) {
    var session = insertClosing(id, peer, slot, used);
    Invariant.check(id.epoch() == epoch, "a session opens in its epoch");
    var before = open.put(id.number(), session);
    Invariant.check(before == null, "a session opens once");
    return session;
  }

  /** Adds a session that cannot be found. */
  Session insertClosing(SessionId id, String peer, int slot, Tube used) {
    var session = new Session(id, peer, slot, used, jobs, guard);
    slots.set(slot, session);
    return session;
  }

  /** The session can no longer be found; it stays until {@link #remove}. */
  void close(Session session, String lastSent) {
    session.close(lastSent);
    found = null;
    open.remove(session.id.number());
  }

  void remove(Session session) {
    guard.beforeChange(session);
    slots.clear(session.slot);
  }
}
