package io.headrace.queue;

import java.util.ArrayList;
import java.util.List;

/**
 * Lets what is due take effect, all at once: delays and pauses end and reservations time out; then
 * those who wait are served; then the waits that are over end.
 */
final class Deadlines {
  private final QueueState state;
  private final Reservations reservations;
  private final List<Session> late = new ArrayList<>();

  Deadlines(QueueState state, Reservations reservations) {
    this.state = state;
    this.reservations = reservations;
  }

  void takeDue(Effects effects) {
    if (state.timers.firstDueNs() > state.nowNs) {
      return;
    }
    // Those whose wait was over and who could be served go first, else waits that end might use up
    // every entry's changes, and nobody would ever be served.
    reservations.match(effects);
    while (state.changesLeft > 0 && state.timers.firstDueNs() <= state.nowNs) {
      switch (state.timers.first()) {
        case Tube tube -> takeDue(tube);
        case Session session -> takeDue(session);
      }
    }
    reservations.match(effects);
    for (var i = 0; i < late.size(); i++) {
      endWait(late.get(i), effects);
    }
    late.clear();
  }

  private void takeDue(Tube tube) {
    if (tube.isPaused() && tube.pausedUntilNs() <= state.nowNs) {
      tube.endPause();
      state.feed(tube);
      state.changesLeft--;
    }
    for (var slot = tube.delayed.first(); isDue(slot); slot = tube.delayed.first()) {
      state.unqueue(slot);
      state.makeReady(slot);
      state.changesLeft--;
    }
    state.retime(tube);
  }

  private void takeDue(Session session) {
    var jobs = state.jobs;
    for (var slot = session.held.first(); isDue(slot); slot = session.held.first()) {
      state.unqueue(slot);
      jobs.timeouts(slot, jobs.timeouts(slot) + 1);
      state.timeouts++;
      state.makeReady(slot);
      state.changesLeft--;
    }
    if (session.isWaiting()) {
      late.add(session);
      state.timers.set(session, Long.MAX_VALUE);
      state.changesLeft--;
    } else {
      state.retime(session);
    }
  }

  private boolean isDue(int slot) {
    return slot != JobTable.NONE
        && state.jobs.deadlineNs(slot) <= state.nowNs
        && state.changesLeft > 0;
  }

  private void endWait(Session session, Effects effects) {
    if (!session.isWaiting()) {
      return;
    }
    if (!state.hungry.isEmpty()) {
      state.timers.set(session, state.nowNs);
    } else if (reservations.losesSoon(session)) {
      reservations.stopWaiting(session);
      effects.answer(session.id, Answer.DEADLINE_SOON);
    } else if (session.waitUntilNs() <= state.nowNs) {
      reservations.stopWaiting(session);
      effects.answer(session.id, Answer.TIMED_OUT);
    } else {
      state.retime(session);
    }
  }
}
