package io.headrace.queue;

/** Who gets which job, and who waits for one. */
final class Reservations {
  private static final int NONE = JobTable.NONE;

  private final QueueState state;

  Reservations(QueueState state) {
    this.state = state;
  }

  void reserve(Session session, long timeoutNs, Effects effects) {
    markWorker(session);
    if (othersAreServedFirst(session)) {
      startWaiting(session, timeoutNs);
      return;
    }
    var slot = best(session);
    if (slot != NONE) {
      hold(session, slot, effects);
    } else if (losesSoon(session)) {
      effects.answer(session.id, Answer.DEADLINE_SOON);
    } else if (timeoutNs == 0) {
      effects.answer(session.id, Answer.TIMED_OUT);
    } else {
      startWaiting(session, timeoutNs);
    }
  }

  /** Gives the session this job, which must be ready, delayed or buried. */
  void hold(Session session, int slot, Effects effects) {
    var jobs = state.jobs;
    state.unqueue(slot);
    jobs.reserves(slot, jobs.reserves(slot) + 1);
    state.makeReserved(slot, session, state.nowNs + jobs.ttrNs(slot));
    effects.reserved(session.id, jobs.id(slot), jobs.bodyRef(slot), jobs.bodyBytes(slot));
  }

  void markWorker(Session session) {
    if (!session.isWorker()) {
      session.becomeWorker();
      state.sessions.workers++;
    }
  }

  private void startWaiting(Session session, long timeoutNs) {
    session.startWaiting(
        ++state.waits,
        timeoutNs == Command.FOREVER ? Long.MAX_VALUE : saturatedSum(state.nowNs, timeoutNs));
    state.sessions.waiting++;
    for (var i = 0; i < session.watches(); i++) {
      var watch = session.watch(i);
      watch.tube.addWaiter(watch);
      state.feed(watch.tube);
    }
    state.retime(session);
  }

  void stopWaiting(Session session) {
    session.stopWaiting();
    state.sessions.waiting--;
    for (var i = 0; i < session.watches(); i++) {
      var watch = session.watch(i);
      watch.tube.removeWaiter(watch);
    }
    state.retime(session);
  }

  /** Hands ready jobs to those who wait, as many as the entry may still change. */
  void match(Effects effects) {
    while (state.changesLeft > 0 && !state.hungry.isEmpty()) {
      var tube = state.hungry.getFirst();
      if (tube.canServe()) {
        var session = tube.longestWaiting();
        var slot = best(session);
        // The best may lie in another tube, for which somebody has waited longer.
        while (state.tubeOf(slot).longestWaiting() != session) {
          session = state.tubeOf(slot).longestWaiting();
          slot = best(session);
        }
        stopWaiting(session);
        hold(session, slot, effects);
        state.changesLeft--;
      } else {
        tube.hungry = false;
        state.hungry.removeFirst();
      }
    }
  }

  /** Whether a session loses a job within the margin. */
  boolean losesSoon(Session session) {
    var first = session.held.first();
    return first != NONE && state.jobs.deadlineNs(first) - state.nowNs <= Limits.DEADLINE_MARGIN_NS;
  }

  /** Whether somebody who waits longer has a claim on what this session could take. */
  private boolean othersAreServedFirst(Session session) {
    if (state.hungry.isEmpty()) {
      return false;
    }
    for (var i = 0; i < session.watches(); i++) {
      if (session.watch(i).tube.canServe()) {
        return true;
      }
    }
    return false;
  }

  /** The slot of the smallest ready job of the watched tubes that are not paused. */
  private int best(Session session) {
    var jobs = state.jobs;
    var best = NONE;
    for (var i = 0; i < session.watches(); i++) {
      var tube = session.watch(i).tube;
      var slot = tube.isPaused() ? NONE : tube.ready.first();
      if (slot != NONE && (best == NONE || jobs.isBefore(slot, best))) {
        best = slot;
      }
    }
    return best;
  }

  private static long saturatedSum(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }
}
