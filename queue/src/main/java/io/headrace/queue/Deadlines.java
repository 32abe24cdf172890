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
  private final Endings endings;
  private final Deaths deaths;

  /** Sessions whose wait is over, unless they are served. */
  private final List<Session> late = new ArrayList<>();

  /** Tubes with a suspect that has waited for too long, unless it is served. */
  private final List<Tube> stuck = new ArrayList<>();

  Deadlines(QueueState state, Reservations reservations, Endings endings, Deaths deaths) {
    this.state = state;
    this.reservations = reservations;
    this.endings = endings;
    this.deaths = deaths;
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
        case Tube tube -> takeDue(tube, effects);
        case Session session -> takeDue(session, effects);
        case Keys keys -> takeDue(keys);
      }
    }
    reservations.match(effects);
    for (var i = 0; i < stuck.size(); i++) {
      reservations.relieve(stuck.get(i), effects);
      state.retime(stuck.get(i));
    }
    stuck.clear();
    for (var i = 0; i < late.size(); i++) {
      endWait(late.get(i), effects);
    }
    late.clear();
    state.retimeKeys();
  }

  /** What is due beyond the limit goes on with the next entry, after what else is due in this. */
  private void takeDue(Keys keys) {
    for (var i = 0; i < Limits.KEYS_FORGOTTEN_MAX && keys.forgetAtNs() <= state.nowNs; i++) {
      keys.forgetFirst();
    }
    state.timers.set(keys, Long.MAX_VALUE);
  }

  private void takeDue(Tube tube, Effects effects) {
    if (tube.isPaused() && tube.pausedUntilNs() <= state.nowNs) {
      tube.endPause();
      state.feed(tube);
      state.changesLeft--;
    }
    if (tube.isThrottled() && tube.throttledUntilNs() <= state.nowNs) {
      tube.throttle(tube.nextDeliveryNs(), 0);
      state.feed(tube);
      state.changesLeft--;
    }
    tube.pins++;
    for (var slot = tube.delayed.first(); isDue(slot); slot = tube.delayed.first()) {
      if (state.jobs.lane(slot) == Lane.CONDEMNED) {
        deaths.execute(slot, effects);
      } else {
        state.unqueue(slot);
        state.makeReady(slot);
      }
      state.changesLeft--;
    }
    for (var slot = tube.dropped.first(); isDue(slot); slot = tube.dropped.first()) {
      endings.removeDropped(slot, effects);
      state.changesLeft--;
    }
    for (var slot = tube.dockets.first(); isDue(slot); slot = tube.dockets.first()) {
      state.removeDocket(state.jobs.id(slot), effects);
      state.changesLeft--;
    }
    tube.pins--;
    state.retime(tube);
    if (tube.dueNs <= state.nowNs && state.changesLeft > 0) {
      stuck.add(tube);
      state.timers.set(tube, Long.MAX_VALUE);
      state.changesLeft--;
    }
    state.dropIfUnused(tube);
  }

  private void takeDue(Session session, Effects effects) {
    for (var slot = session.held.first(); isDue(slot); slot = session.held.first()) {
      endings.timeOut(slot, session, effects);
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
