package io.headrace.queue;

import java.util.Optional;

/**
 * How attempts and jobs end: what is counted and kept of it, and what becomes of a job by the
 * policy of its tube.
 */
final class Endings {
  private final QueueState state;
  private final JobTable jobs;

  Endings(QueueState state) {
    this.state = state;
    this.jobs = state.jobs;
  }

  /**
   * Notes that the attempt of a reserved job has ended, while it is still reserved.
   *
   * @param beside how many jobs its holder held beside it
   */
  void ended(Tube tube, int slot, Session holder, AttemptEnd how, int beside, Effects effects) {
    var sinceNs = jobs.heldSinceNs(slot);
    effects.attemptEnded(tube.name, how, state.nowNs - sinceNs);
    if (how == AttemptEnd.DELETED) {
      return;
    }
    history(slot)
        .add(
            new Attempt(
                jobs.reserves(slot),
                holder.id,
                holder.peer,
                sinceNs,
                state.nowNs,
                how,
                jobs.rare(slot, RareField.TOUCHES),
                beside,
                0,
                holder.lastSent()));
  }

  /** The history of a job, which is about to change; the oldest makes room where there is none. */
  History history(int slot) {
    state.guard.beforeChange(slot);
    var histories = state.histories;
    var found = jobs.hasHistory(slot) ? histories.find(jobs.id(slot)) : null;
    if (found != null) {
      return found;
    }
    var oldest = histories.isFull() ? histories.oldest() : null;
    if (oldest != null) {
      var other = state.index.slot(oldest.job);
      state.guard.beforeChange(other);
      jobs.hasHistory(other, false);
      histories.remove(oldest);
    }
    jobs.hasHistory(slot, true);
    return histories.begin(jobs.id(slot));
  }

  /** Notes that an attempt ended and its holder lives. */
  void alive(Tube tube, Effects effects) {
    if (tube.gateToChange().alive(state.nowNs)) {
      tell(tube, effects);
    }
  }

  /** Notes that an attempt ended with its holder. */
  void died(Tube tube, long job, String host, Effects effects) {
    if (tube.gateToChange().died(job, state.nowNs, host)) {
      tell(tube, effects);
    }
  }

  private void tell(Tube tube, Effects effects) {
    var gate = tube.gate();
    effects.tubeSick(tube.name, gate.isSick(), gate.beganNs(state.nowNs), gate.host());
  }

  /** Its holder has done with a job, and lives: whatever was thought of the job is forgotten. */
  void clear(int slot) {
    jobs.rare(slot, RareField.STRIKES, 0);
    jobs.rare(slot, RareField.DEATHS, 0);
    jobs.lane(slot, Lane.PLAIN);
  }

  /** Counts an attempt as not held against the job. */
  void excuse(int slot) {
    jobs.rare(slot, RareField.EXCUSED, jobs.rare(slot, RareField.EXCUSED) + 1);
  }

  /** A reserved job's time to run is over. */
  void timeOut(int slot, Session holder, Effects effects) {
    var tube = state.tubeOf(slot);
    ended(tube, slot, holder, AttemptEnd.TIMED_OUT, holder.held.size() - 1, effects);
    effects.attemptTimedOut(holder.id, jobs.id(slot));
    alive(tube, effects);
    state.unqueue(slot);
    jobs.timeouts(slot, jobs.timeouts(slot) + 1);
    state.timeouts++;
    var most = tube.policy().maxTimeouts();
    var manyTimeouts = most == 0 && jobs.timeouts(slot) == Limits.WARN_ATTEMPTS;
    if ((most > 0 && jobs.timeouts(slot) >= most) || isExhausted(slot, manyTimeouts, effects)) {
      finish(slot, EndCause.EXHAUSTED, effects);
    } else {
      retry(slot, retryDelayNs(slot));
    }
  }

  /** Whether a job that was taken out has been tried as often as its tube allows. */
  boolean isExhausted(int slot, Effects effects) {
    return isExhausted(slot, false, effects);
  }

  private boolean isExhausted(int slot, boolean struggles, Effects effects) {
    var tube = state.tubeOf(slot);
    var attempts = jobs.reserves(slot) - jobs.rare(slot, RareField.EXCUSED);
    var most = tube.policy().maxAttempts();
    if (most > 0 && attempts >= most) {
      return true;
    }
    if (struggles || (most == 0 && attempts == Limits.WARN_ATTEMPTS)) {
      effects.jobStruggles(jobs.id(slot), tube.name);
    }
    return false;
  }

  /** How long a job waits that died or ran out of time, by its tube's policy. */
  long retryDelayNs(int slot) {
    var policy = state.tubeOf(slot).policy();
    var firstNs = policy.retryDelayNs();
    if (policy.retryDelayMaxNs() <= firstNs) {
      return firstNs;
    }
    var times = jobs.rare(slot, RareField.STRIKES) + jobs.timeouts(slot);
    var mostNs = doubled(firstNs, times - 1, policy.retryDelayMaxNs());
    return Jitter.upTo(mostNs, state.nowNs, jobs.id(slot));
  }

  /** A time that doubled so often, and went no further than that. */
  static long doubled(long timeNs, int times, long mostNs) {
    return timeNs > 0 && times >= Long.numberOfLeadingZeros(timeNs) - 1
        ? mostNs
        : Math.min(mostNs, timeNs << times);
  }

  /** Makes a job that was taken out ready, at once or later. */
  void retry(int slot, long delayNs) {
    if (delayNs == 0) {
      state.makeReady(slot);
    } else {
      state.makeDelayed(slot, state.nowNs + delayNs);
    }
  }

  /** Ends a job that was taken out: it is poisoned or exhausted. */
  void finish(int slot, EndCause cause, Effects effects) {
    var tube = state.tubeOf(slot);
    var policy = tube.policy();
    jobs.rare(slot, RareField.CAUSE, cause.code());
    jobs.endedNs(slot, state.nowNs);
    jobs.lane(slot, cause == EndCause.POISONED ? Lane.SUSPECT : Lane.PLAIN);
    var target = policy.onEnd() == OnEnd.MOVE ? state.findOrCreate(policy.moveTo()) : null;
    var done = policy.onEnd();
    if (done == OnEnd.MOVE && (target == null || target == tube)) {
      done = OnEnd.BURY;
    }
    effects.jobEnded(jobs.id(slot), tube.name, cause, done);
    if (done == OnEnd.DROP) {
      removeFinally(slot, cause, effects);
    } else if (done == OnEnd.MOVE && target != null) {
      if (jobs.rare(slot, RareField.ORIGIN) == 0) {
        state.setOrigin(slot, tube.slot + 1);
      }
      forgive(slot);
      state.move(slot, target);
      state.makeReady(slot);
      state.dropIfUnused(tube);
    } else {
      jobs.buries(slot, jobs.buries(slot) + 1);
      state.makeBuried(slot, ++state.burials);
    }
  }

  /** A job gets a new chance: its deaths are forgotten, but not that it is a suspect. */
  void forgive(int slot) {
    jobs.rare(slot, RareField.STRIKES, 0);
    jobs.rare(slot, RareField.DEATHS, 0);
  }

  /** Somebody takes a job out of where a policy has put it; it was taken out of its queue. */
  void revive(int slot) {
    switch (jobs.lane(slot)) {
      case CONDEMNED -> jobs.lane(slot, Lane.SUSPECT);
      case PLAIN, SUSPECT -> {
        if (jobs.state(slot) == JobState.BURIED) {
          uncause(slot);
          forgive(slot);
        }
      }
      case DROPPED, DOCKET -> throw new AssertionError("nobody finds what is off the stage");
    }
  }

  /** No policy has ended the job any more. */
  void uncause(int slot) {
    jobs.rare(slot, RareField.CAUSE, EndCause.NONE.code());
    jobs.endedNs(slot, 0);
  }

  EndCause cause(int slot) {
    return EndCause.of(jobs.rare(slot, RareField.CAUSE));
  }

  /** Whether a job was not finished in time. */
  boolean isExpired(Tube tube, int slot) {
    var afterNs = tube.policy().expiresAfterNs();
    return afterNs > 0 && state.nowNs - jobs.createdNs(slot) >= afterNs;
  }

  /** Ends a job that was not finished in time. */
  void expire(int slot, Effects effects) {
    state.unqueue(slot);
    effects.jobEnded(jobs.id(slot), state.tubeOf(slot).name, EndCause.EXPIRED, OnEnd.DROP);
    removeFinally(slot, EndCause.EXPIRED, effects);
  }

  /** A dropped job is not wanted back. */
  void removeDropped(int slot, Effects effects) {
    state.unqueue(slot);
    effects.jobEnded(jobs.id(slot), state.tubeOf(slot).name, EndCause.DROPPED, OnEnd.DROP);
    removeFinally(slot, EndCause.DROPPED, effects);
  }

  private void removeFinally(int slot, EndCause cause, Effects effects) {
    var tube = state.tubeOf(slot);
    var history = jobs.hasHistory(slot) ? state.histories.find(jobs.id(slot)) : null;
    if (state.endRecords.size() == Limits.END_RECORDS_MAX) {
      state.endRecords.pollFirstEntry();
    }
    state.endRecords.put(
        jobs.id(slot),
        new EndRecord(
            jobs.id(slot),
            tube.name,
            cause,
            state.nowNs,
            jobs.reserves(slot),
            jobs.bodyBytes(slot),
            jobs.bodyCrc32c(slot),
            history == null ? Optional.empty() : history.lastAttempt()));
    state.remove(tube, slot, effects);
  }
}
