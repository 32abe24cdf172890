package io.headrace.queue;

import java.util.ArrayList;
import java.util.List;

/**
 * What a holder's death says of the jobs it held: that one of them may have killed it, or, where
 * many died at once, nothing.
 */
final class Deaths {
  /** A holder that died, as far as its jobs are judged by it. */
  record Verdict(boolean alone, boolean restart) {}

  private final QueueState state;
  private final JobTable jobs;
  private final Endings endings;

  Deaths(QueueState state, Endings endings) {
    this.state = state;
    this.jobs = state.jobs;
    this.endings = endings;
  }

  /** Judges the death of a session that holds jobs, before any of them is taken from it. */
  Verdict judge(Session session, Effects effects) {
    var held = session.held.firsts(Limits.DEATH_SCAN_MAX);
    var home = (Tube) null;
    var first = JobTable.NONE;
    var fresh = true;
    var atHome = 0;
    for (var slot : held) {
      var tube = state.tubeOf(slot);
      if (tube.policy().maxDeaths() > 0) {
        home = home == null ? tube : home;
        first = first == JobTable.NONE ? slot : first;
        fresh &= jobs.rare(slot, RareField.STRIKES) == 0;
        atHome += tube == home ? 1 : 0;
      }
    }
    if (home == null) {
      return new Verdict(false, false);
    }
    endings.died(home, jobs.id(first), host(session.peer), effects);
    return judge(home, fresh, atHome, home.reserved - held(session, home), held.length == 1);
  }

  /**
   * Judges the death of one process that worked on this job, which a session holds, and no more.
   */
  Verdict judge(int slot, Session session, Effects effects) {
    var tube = state.tubeOf(slot);
    if (tube.policy().maxDeaths() == 0) {
      return new Verdict(true, false);
    }
    endings.died(tube, jobs.id(slot), host(session.peer), effects);
    return judge(tube, jobs.rare(slot, RareField.STRIKES) == 0, 1, tube.reserved - 1, true);
  }

  private int held(Session session, Tube tube) {
    var count = 0;
    for (var slot : session.held.firsts(Limits.DEATH_SCAN_MAX)) {
      count += state.tubeOf(slot) == tube ? 1 : 0;
    }
    return count;
  }

  private Verdict judge(Tube home, boolean fresh, int atHome, int stillReserved, boolean alone) {
    var sinceNs = state.nowNs - Limits.RESTART_WINDOW_NS;
    if (fresh) {
      state.mishaps.add(new Mishap(state.nowNs, home.ordinal, atHome));
    }
    while (!state.mishaps.isEmpty() && state.mishaps.getFirst().atNs() < sinceNs) {
      state.mishaps.removeFirst();
    }
    var everywhere = state.mishaps.size() >= Limits.RESTART_HOLDERS;
    var here = 0;
    var lost = 0L;
    for (var mishap : state.mishaps) {
      if (mishap.tubeOrdinal() == home.ordinal) {
        here++;
        lost += mishap.jobs();
      }
    }
    var restart = everywhere || (here >= 2 && lost >= stillReserved);
    if (restart) {
      revise(everywhere ? List.copyOf(state.recentDeaths) : ofTube(home), sinceNs);
    }
    return new Verdict(alone, restart);
  }

  private List<RecentDeath> ofTube(Tube tube) {
    var found = new ArrayList<RecentDeath>();
    for (var death : state.recentDeaths) {
      if (death.tubeOrdinal() == tube.ordinal) {
        found.add(death);
      }
    }
    return found;
  }

  /** Begins to take these back, before anything else goes on. */
  private void revise(List<RecentDeath> deaths, long sinceNs) {
    state.recentDeaths.removeAll(deaths);
    var recent = deaths.stream().filter(death -> death.atNs() >= sinceNs).toList();
    if (!recent.isEmpty()) {
      state.bulk.add(new BulkWork.Revising(recent.toArray(new RecentDeath[0])));
    }
  }

  /** Takes a death back: others died at the same time. */
  void revise(RecentDeath death) {
    var slot = state.find(death.job());
    if (slot == JobTable.NONE) {
      return;
    }
    state.guard.beforeChange(slot);
    endings.excuse(slot);
    var deaths = jobs.rare(slot, RareField.DEATHS) - (death.counted() ? 1 : 0);
    jobs.rare(slot, RareField.DEATHS, Math.max(0, deaths));
    if (jobs.hasHistory(slot)) {
      endings.history(slot).exculpate(death.attempt());
    }
    var condemned = jobs.lane(slot) == Lane.CONDEMNED;
    var lane = deaths <= 0 ? Lane.PLAIN : Lane.SUSPECT;
    if (condemned) {
      state.unqueue(slot);
      jobs.lane(slot, lane);
      state.makeReady(slot);
    } else if (jobs.lane(slot) == Lane.SUSPECT && lane == Lane.PLAIN) {
      acquit(slot);
    }
  }

  /** A suspect, which stays where it is, is none any more. */
  private void acquit(int slot) {
    var deadlineNs = jobs.deadlineNs(slot);
    switch (jobs.state(slot)) {
      case READY -> {
        state.unqueue(slot);
        jobs.lane(slot, Lane.PLAIN);
        state.makeReady(slot, deadlineNs);
      }
      case RESERVED -> state.acquitReserved(slot);
      case DELAYED, BURIED -> jobs.lane(slot, Lane.PLAIN);
    }
  }

  /**
   * Takes a job from its holder that has died.
   *
   * @param beside how many jobs it held beside this one
   */
  void take(int slot, Session holder, Verdict verdict, int beside, Effects effects) {
    var tube = state.tubeOf(slot);
    var judged = tube.policy().maxDeaths() > 0;
    var excused = judged && verdict.restart();
    endings.ended(
        tube, slot, holder, excused ? AttemptEnd.RESTART : AttemptEnd.DIED, beside, effects);
    state.unqueue(slot);
    var strikes = jobs.rare(slot, RareField.STRIKES) + 1;
    jobs.rare(slot, RareField.STRIKES, strikes);
    if (!judged) {
      tryAgain(slot, 0, effects);
    } else if (excused) {
      endings.excuse(slot);
      endings.retry(slot, strikes == 1 ? 0 : backoffNs(Limits.RESTART_WINDOW_NS, strikes - 2));
    } else {
      suspect(slot, tube, verdict.alone(), strikes, effects);
    }
  }

  private void suspect(int slot, Tube tube, boolean alone, int strikes, Effects effects) {
    var before = jobs.rare(slot, RareField.DEATHS);
    var counted = before == 0 || alone;
    var deaths = before + (counted ? 1 : 0);
    jobs.rare(slot, RareField.DEATHS, deaths);
    jobs.lane(slot, Lane.SUSPECT);
    remember(
        new RecentDeath(jobs.id(slot), jobs.reserves(slot), state.nowNs, tube.ordinal, counted));
    var policy = tube.policy();
    if (alone && deaths >= policy.maxDeaths()) {
      jobs.lane(slot, Lane.CONDEMNED);
      state.makeDelayed(slot, state.nowNs + Limits.RESTART_WINDOW_NS);
    } else {
      tryAgain(slot, pauseNs(tube, strikes), effects);
    }
  }

  /** Gives a job that died another chance if it has one: by its tube's policy, or after a pause. */
  private void tryAgain(int slot, long pauseNs, Effects effects) {
    if (endings.isExhausted(slot, effects)) {
      endings.finish(slot, EndCause.EXHAUSTED, effects);
    } else {
      var byPolicy = state.tubeOf(slot).policy().retryDelayNs() > 0;
      endings.retry(slot, byPolicy ? endings.retryDelayNs(slot) : pauseNs);
    }
  }

  /**
   * How long a suspect waits where its tube's policy says nothing: at first not at all, then so
   * that other jobs are tried meanwhile, which tells whether it is to blame.
   */
  private static long pauseNs(Tube tube, int strikes) {
    if (tube.gate().isSick()) {
      return backoffNs(Limits.BACKOFF_FIRST_NS, strikes - 1);
    }
    return strikes == 1 ? 0 : backoffNs(Limits.BACKOFF_FIRST_NS, strikes - 2);
  }

  private void remember(RecentDeath death) {
    var recent = state.recentDeaths;
    var sinceNs = state.nowNs - Limits.RESTART_WINDOW_NS;
    while (!recent.isEmpty()
        && (recent.getFirst().atNs() < sinceNs || recent.size() >= Limits.RECENT_DEATHS_MAX)) {
      recent.removeFirst();
    }
    recent.add(death);
  }

  /** A condemned job has waited long enough for others to die: it did it, or its tube is sick. */
  void execute(int slot, Effects effects) {
    var tube = state.tubeOf(slot);
    state.unqueue(slot);
    if (tube.gate().isSick()) {
      jobs.lane(slot, Lane.SUSPECT);
      jobs.rare(slot, RareField.DEATHS, Math.max(0, tube.policy().maxDeaths() - 1));
      var strikes = jobs.rare(slot, RareField.STRIKES);
      state.makeDelayed(slot, state.nowNs + backoffNs(Limits.BACKOFF_FIRST_NS, strikes - 1));
    } else {
      endings.finish(slot, EndCause.POISONED, effects);
    }
  }

  private static long backoffNs(long firstNs, int times) {
    return Endings.doubled(firstNs, times, Limits.BACKOFF_MAX_NS);
  }

  /** The address of a peer without its port. */
  private static String host(String peer) {
    var colon = peer.lastIndexOf(':');
    return colon < 0 ? peer : peer.substring(0, colon);
  }
}
