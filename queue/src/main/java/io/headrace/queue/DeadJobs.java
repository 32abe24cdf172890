package io.headrace.queue;

/** What is done with jobs that policies have ended, and with the evidence of deaths. */
final class DeadJobs {
  private static final int NONE = JobTable.NONE;

  private final QueueState state;
  private final JobTable jobs;
  private final Endings endings;
  private final Deaths deaths;

  DeadJobs(QueueState state, Endings endings, Deaths deaths) {
    this.state = state;
    this.jobs = state.jobs;
    this.endings = endings;
    this.deaths = deaths;
  }

  /** The process that worked on a job has died; its supervisor, which holds the job, lives. */
  void died(Session session, Command.Died command, Effects effects) {
    if (keep(session, command.job(), command.signature(), command.body(), effects)) {
      effects.answer(session.id, Answer.DIED);
      // Rows may have moved.
      var slot = state.find(command.job());
      deaths.take(
          slot, session, deaths.judge(slot, session, effects), session.held.size() - 1, effects);
    }
  }

  /** An attempt is about to end badly, though nobody has died. */
  void docket(Session session, Command.Docket command, Effects effects) {
    if (keep(session, command.job(), command.signature(), command.body(), effects)) {
      effects.answer(session.id, Answer.DOCKET_KEPT);
    }
  }

  /** Makes this the docket of a job; false, and answered, when the session does not hold it. */
  private boolean keep(Session session, long job, String signature, Body body, Effects effects) {
    var docket = ++state.lastJob;
    var slot = state.find(job);
    if (slot == NONE || !state.holds(session, slot)) {
      effects.bodyFreed(body.ref(), body.bytes());
      effects.answer(session.id, Answer.NOT_FOUND);
      return false;
    }
    var history = endings.history(slot);
    var before = history.docket;
    history.docket = docket;
    history.signature = signature;
    state.removeDocket(before, effects);
    putAway(state.tubeOf(state.find(job)), docket, body, effects);
    return true;
  }

  /** Keeps a docket, and as many older ones of the tube as there is room for. */
  private void putAway(Tube tube, long docket, Body body, Effects effects) {
    var slot = jobs.allocate();
    if (slot == NONE) {
      effects.bodyFreed(body.ref(), body.bytes());
      return;
    }
    jobs.id(slot, docket);
    jobs.order(slot, docket);
    jobs.createdNs(slot, state.nowNs);
    jobs.body(slot, body.ref(), body.bytes(), body.crc32c());
    jobs.tube(slot, tube.slot);
    jobs.lane(slot, Lane.DOCKET);
    state.born(slot);
    state.countBody(tube, slot);
    state.makeDocket(slot, state.nowNs + Limits.DOCKETS_KEPT_NS);
    while (tube.dockets.size() > Limits.DOCKETS_MAX
        || tube.docketBytes > Limits.DOCKETS_BYTES_MAX) {
      state.removeDocket(jobs.id(tube.dockets.first()), effects);
    }
  }

  /** Somebody deletes a job that another holds: it may be that the job ran twice. */
  void noteLate(Session session, int slot) {
    var tube = state.tubeOf(slot);
    if (jobs.hasHistory(slot) && endings.history(slot).noteLate(session.id, state.nowNs)) {
      tube.countDoubleRun();
    }
  }

  /** Whoever lost jobs to time had sent this last. */
  void noteLastSent(Command.LastSent said) {
    for (var job : said.jobs()) {
      var slot = state.index.slot(job);
      if (slot == NONE) {
        state.endRecords.computeIfPresent(
            job, (_, end) -> end.withLastSent(said.holder(), said.text()));
      } else if (jobs.hasHistory(slot)) {
        endings.history(slot).noteLastSent(said.holder(), said.text());
      }
    }
  }

  /** The slot of a job that was ended or buried, or {@link JobTable#NONE}. */
  private int findEnded(long job) {
    var slot = state.find(job);
    if (slot == NONE) {
      return NONE;
    }
    var ended =
        switch (jobs.state(slot)) {
          case BURIED -> true;
          case READY, DELAYED -> endings.cause(slot) != EndCause.NONE;
          case RESERVED -> false;
        };
    return ended ? slot : NONE;
  }

  void retry(Session session, long job, Effects effects) {
    var slot = findEnded(job);
    if (slot == NONE) {
      effects.answer(session.id, Answer.NOT_FOUND);
      return;
    }
    var tube = state.tubeOf(slot);
    state.unqueue(slot);
    jobs.kicks(slot, jobs.kicks(slot) + 1);
    endings.revive(slot);
    endings.uncause(slot);
    endings.forgive(slot);
    var origin = jobs.rare(slot, RareField.ORIGIN);
    if (origin != 0) {
      state.move(slot, state.tubes.at(origin - 1));
    }
    state.makeReady(slot);
    state.setOrigin(slot, 0);
    state.dropIfUnused(tube);
    effects.answer(session.id, Answer.JOB_RETRIED);
  }

  void drop(Session session, long job, Effects effects) {
    var slot = findEnded(job);
    if (slot == NONE) {
      effects.answer(session.id, Answer.NOT_FOUND);
      return;
    }
    state.unqueue(slot);
    jobs.lane(slot, Lane.DROPPED);
    state.makeDropped(slot, state.nowNs + Limits.DROPPED_KEPT_NS);
    effects.answer(session.id, Answer.JOB_DROPPED);
  }

  void undrop(Session session, long job, Effects effects) {
    var slot = state.index.slot(job);
    if (slot == NONE || jobs.lane(slot) != Lane.DROPPED) {
      effects.answer(session.id, Answer.NOT_FOUND);
      return;
    }
    state.unqueue(slot);
    var poisoned = endings.cause(slot) == EndCause.POISONED;
    jobs.lane(slot, poisoned ? Lane.SUSPECT : Lane.PLAIN);
    state.makeBuried(slot, ++state.burials);
    effects.answer(session.id, Answer.JOB_UNDROPPED);
  }
}
