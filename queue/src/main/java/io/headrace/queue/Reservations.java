package io.headrace.queue;

/** Who gets which job, and who waits for one. */
final class Reservations {
  private static final int NONE = JobTable.NONE;

  private final QueueState state;
  private final JobTable jobs;
  private final Endings endings;

  Reservations(QueueState state, Endings endings) {
    this.state = state;
    this.jobs = state.jobs;
    this.endings = endings;
  }

  void reserve(Session session, long timeoutNs, Effects effects) {
    markWorker(session);
    if (othersAreServedFirst(session)) {
      startWaiting(session, timeoutNs);
      return;
    }
    var slot = best(session);
    while (slot != NONE && endings.isExpired(state.tubeOf(slot), slot)) {
      if (state.changesLeft <= 0) {
        startWaiting(session, timeoutNs);
        return;
      }
      expire(slot, effects);
      slot = best(session);
    }
    if (slot != NONE) {
      deliver(session, slot, effects);
    } else if (losesSoon(session)) {
      effects.answer(session.id, Answer.DEADLINE_SOON);
    } else if (timeoutNs == 0) {
      effects.answer(session.id, Answer.TIMED_OUT);
    } else {
      startWaiting(session, timeoutNs);
    }
  }

  private void expire(int slot, Effects effects) {
    endings.expire(slot, effects);
    state.changesLeft--;
  }

  /** Gives the session the job that is its turn, as the rate of its tube allows. */
  private void deliver(Session session, int slot, Effects effects) {
    var tube = state.tubeOf(slot);
    var policy = tube.policy();
    if (policy.rateIntervalNs() > 0) {
      // The generic cell rate algorithm (ITU-T I.371): exact, and one number for all that came.
      var nextNs = Math.max(tube.nextDeliveryNs(), state.nowNs) + policy.rateIntervalNs();
      var freeNs = nextNs - (policy.burst() - 1) * policy.rateIntervalNs();
      tube.throttle(nextNs, freeNs > state.nowNs ? freeNs : 0);
      state.retime(tube);
    }
    hold(session, tube, slot, effects);
  }

  /** Gives the session this job, which must be ready, delayed or buried. */
  void hold(Session session, Tube tube, int slot, Effects effects) {
    var isReady = jobs.state(slot) == JobState.READY;
    effects.attemptBegan(tube.name, isReady ? state.nowNs - jobs.deadlineNs(slot) : 0);
    state.unqueue(tube, slot);
    jobs.reserves(slot, jobs.reserves(slot) + 1);
    jobs.rare(slot, RareField.TOUCHES, 0);
    endings.revive(slot);
    state.makeReserved(tube, slot, session, state.nowNs + jobs.ttrNs(slot));
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
      session.watch(i).tube.waiting++;
    }
    state.enlist(session);
    state.retime(session);
  }

  void stopWaiting(Session session) {
    session.stopWaiting();
    state.sessions.waiting--;
    for (var i = 0; i < session.watches(); i++) {
      var watch = session.watch(i);
      watch.tube.waiting--;
      watch.tube.delist(watch);
      state.retimeSuspects(watch.tube);
    }
    state.retime(session);
  }

  /** Hands ready jobs to those who wait, as many as the entry may still change. */
  void match(Effects effects) {
    while (state.changesLeft > 0 && !state.hungry.isEmpty()) {
      var tube = state.hungry.getFirst();
      if (tube.canServe()) {
        var session = tube.nextServed();
        var slot = best(session);
        // The best may lie in another tube, for which somebody has waited longer.
        while (state.tubeOf(slot).nextServed() != session) {
          session = state.tubeOf(slot).nextServed();
          slot = best(session);
        }
        if (endings.isExpired(state.tubeOf(slot), slot)) {
          expire(slot, effects);
        } else {
          stopWaiting(session);
          deliver(session, slot, effects);
          state.changesLeft--;
        }
      } else {
        tube.hungry = false;
        state.hungry.removeFirst();
      }
    }
  }

  /** Gives a suspect that nobody may have, and that is due, to whoever waits and holds least. */
  void relieve(Tube tube, Effects effects) {
    while (state.changesLeft > 0
        && tube.isSuspectStuck()
        && state.nowNs - jobs.deadlineNs(tube.suspects.first()) >= Limits.SUSPECT_WAIT_NS) {
      var slot = tube.suspects.first();
      if (endings.isExpired(tube, slot)) {
        expire(slot, effects);
      } else {
        var session = tube.leastLaden();
        stopWaiting(session);
        deliver(session, slot, effects);
        state.changesLeft--;
      }
    }
  }

  /** Whether a session loses a job within the margin. */
  boolean losesSoon(Session session) {
    var first = session.held.first();
    return first != NONE && jobs.deadlineNs(first) - state.nowNs <= Limits.DEADLINE_MARGIN_NS;
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

  /** The slot of the smallest ready job that the session may have now. */
  private int best(Session session) {
    if (session.suspects() > 0) {
      return NONE;
    }
    var best = NONE;
    for (var i = 0; i < session.watches(); i++) {
      var tube = session.watch(i).tube;
      if (!tube.isHeldBack()) {
        best = smaller(best, tube.ready.first());
        if (session.held.isEmpty() && tube.mayRiskSuspect()) {
          best = smaller(best, tube.suspects.first());
        }
      }
    }
    return best;
  }

  private int smaller(int best, int slot) {
    return slot != NONE && (best == NONE || jobs.isBefore(slot, best)) ? slot : best;
  }

  private static long saturatedSum(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }
}
