package io.headrace.queue;

/** What each command does; the only place that dispatches them. */
final class Commands {
  private static final int NONE = JobTable.NONE;

  private final QueueState state;
  private final JobTable jobs;
  private final Reservations reservations;
  private final Bulk bulk;
  private final Endings endings;
  private final PolicyCommands policies;
  private final DeadJobs dead;

  Commands(QueueState state, Reservations reservations, Bulk bulk, Endings endings, Deaths deaths) {
    this.state = state;
    this.jobs = state.jobs;
    this.reservations = reservations;
    this.bulk = bulk;
    this.endings = endings;
    this.policies = new PolicyCommands(state);
    this.dead = new DeadJobs(state, endings, deaths);
  }

  void apply(Command command, Effects effects) {
    switch (command) {
      case Command.Tick _, Command.Continue _ -> {}
      case Command.SkipId _ -> state.lastJob++;
      case Command.BodyDamaged(var job) -> setAside(job, effects);
      case Command.LastSent said -> dead.noteLastSent(said);
      case Command.Restart(var epoch) -> restart(epoch, effects);
      case Command.SessionOpen(var by, var peer) -> open(by, peer);
      case Command.SetDefaultPolicy(var settings) -> policies.setDefault(settings);
      case Command.SetKeyWindow(var windowNs) -> {
        state.keys.windowNs(windowNs);
        state.retimeKeys();
      }
      case Command.OfSession ofSession -> {
        var session = state.sessions.find(ofSession.by());
        if (session != null) {
          apply(session, ofSession, effects);
        } else {
          refuse(ofSession, effects);
        }
      }
    }
  }

  /** There is nobody to answer; but ids and bodies are accounted for. */
  private void refuse(Command.OfSession command, Effects effects) {
    if (command instanceof Command.WithBody bringing) {
      state.lastJob++;
      effects.bodyFreed(bringing.body().ref(), bringing.body().bytes());
    }
  }

  private void apply(Session session, Command.OfSession command, Effects effects) {
    switch (command) {
      case Command.SessionClose c -> {
        cancelReserve(session, effects);
        bulk.close(session, BulkWork.Leaving.of(c.how()), c.lastSent(), effects);
      }
      case Command.CancelReserve _ -> cancelReserve(session, effects);
      case Command.Put put -> {
        var _ = put(idle(session), put, effects);
      }
      case Command.Reserve c -> reservations.reserve(idle(session), c.timeoutNs(), effects);
      case Command.ReserveJob c -> reserveJob(idle(session), c.job(), effects);
      case Command.Delete c -> delete(idle(session), c.job(), effects);
      case Command.Release c -> release(idle(session), c, effects);
      case Command.Bury c -> bury(idle(session), c, effects);
      case Command.Touch c -> touch(idle(session), c.job(), effects);
      case Command.Use c -> use(idle(session), c.tube(), effects);
      case Command.Watch c -> watch(idle(session), c.tube(), effects);
      case Command.Ignore c -> ignore(idle(session), c.tube(), effects);
      case Command.Kick c -> bulk.kick(idle(session), c.bound());
      case Command.KickJob c -> kickJob(idle(session), c.job(), effects);
      case Command.PauseTube c -> pause(idle(session), c, effects);
      case Command.ClearTube c -> clear(idle(session), c.tube(), effects);
      case Command.SetPolicy c -> policies.set(idle(session), c, effects);
      case Command.Died c -> dead.died(idle(session), c, effects);
      case Command.Docket c -> dead.docket(idle(session), c, effects);
      case Command.RetryJob c -> dead.retry(idle(session), c.job(), effects);
      case Command.DropJob c -> dead.drop(idle(session), c.job(), effects);
      case Command.UndropJob c -> dead.undrop(idle(session), c.job(), effects);
      case Command.PutKeyed c -> putKeyed(idle(session), c, effects);
    }
  }

  private static Session idle(Session session) {
    Invariant.check(!session.isWaiting(), "a session that waits sends nothing else");
    return session;
  }

  private void restart(int epoch, Effects effects) {
    var sessions = state.sessions;
    Invariant.check(epoch > sessions.epoch(), "epochs rise");
    for (var slot = 0; slot < sessions.slotLimit(); slot++) {
      if (sessions.isTaken(slot) && !sessions.at(slot).isClosing()) {
        var session = sessions.at(slot);
        if (session.isWaiting()) {
          reservations.stopWaiting(session);
        }
        bulk.close(session, BulkWork.Leaving.RESTART, "", effects);
      }
    }
    sessions.epoch(epoch);
  }

  private void open(SessionId id, String peer) {
    var tube = state.tubes.byDefault();
    var session = state.sessions.open(id, peer, tube);
    tube.using++;
    watch(session, tube);
  }

  private void watch(Session session, Tube tube) {
    tube.watching++;
    session.addWatch(tube);
    state.feed(tube);
  }

  private void cancelReserve(Session session, Effects effects) {
    if (session.isWaiting()) {
      reservations.stopWaiting(session);
      effects.answer(session.id, Answer.TIMED_OUT);
    }
  }

  private void putKeyed(Session session, Command.PutKeyed command, Effects effects) {
    var tube = session.used().name;
    var key = command.key();
    var hash = Keys.hash(tube, key);
    var known = state.keys.job(tube, key, hash);
    markProducer(session);
    if (known != 0) {
      effects.bodyFreed(command.body().ref(), command.body().bytes());
      effects.known(session.id, known);
    } else if (!state.keys.hasRoom(hash)) {
      state.lastJob++;
      refusePut(session, command.body(), effects);
    } else if (put(session, command.put(), effects)) {
      state.keys.add(tube, key, hash, state.lastJob, state.nowNs);
      state.retimeKeys();
    }
  }

  private void markProducer(Session session) {
    if (!session.isProducer()) {
      session.becomeProducer();
      state.sessions.producers++;
    }
  }

  private static void refusePut(Session session, Body body, Effects effects) {
    effects.bodyFreed(body.ref(), body.bytes());
    effects.answer(session.id, Answer.OUT_OF_MEMORY);
  }

  /** Adds a job with the next id; false when it is refused. */
  private boolean put(Session session, Command.Put put, Effects effects) {
    markProducer(session);
    var id = ++state.lastJob;
    var body = put.body();
    var tube = session.used();
    var policy = tube.policy();
    var hasRoom =
        tube.readyJobs() < policy.maxReady() && body.bytes() <= policy.maxBytes() - tube.bodyBytes;
    var slot = hasRoom ? jobs.allocate() : NONE;
    if (slot == NONE) {
      refusePut(session, body, effects);
      return false;
    }
    jobs.id(slot, id);
    jobs.order(slot, id);
    jobs.createdNs(slot, state.nowNs);
    jobs.priority(slot, put.priority());
    jobs.delayNs(slot, put.delayNs());
    jobs.ttrNs(slot, put.ttrNs());
    jobs.body(slot, body.ref(), body.bytes(), body.crc32c());
    jobs.tube(slot, tube.slot);
    state.born(slot);
    state.countBody(tube, slot);
    state.totalJobs++;
    tube.countPut();
    effects.inserted(session.id, id);
    endings.retry(slot, put.delayNs());
    return true;
  }

  private void reserveJob(Session session, long job, Effects effects) {
    var slot = state.find(job);
    if (slot == NONE || jobs.state(slot) == JobState.RESERVED) {
      effects.answer(session.id, Answer.NOT_FOUND);
    } else if (endings.isExpired(state.tubeOf(slot), slot)) {
      endings.expire(slot, effects);
      effects.answer(session.id, Answer.NOT_FOUND);
    } else {
      reservations.markWorker(session);
      reservations.hold(session, state.tubeOf(slot), slot, effects);
    }
  }

  private void delete(Session session, long job, Effects effects) {
    var slot = state.find(job);
    if (slot == NONE) {
      effects.answer(session.id, Answer.NOT_FOUND);
      return;
    }
    var tube = state.tubeOf(slot);
    if (jobs.state(slot) == JobState.RESERVED) {
      if (!state.holds(session, slot)) {
        dead.noteLate(session, slot);
        effects.answer(session.id, Answer.NOT_FOUND);
        return;
      }
      endings.ended(tube, slot, session, AttemptEnd.DELETED, 0, effects);
      endings.alive(tube, effects);
    }
    tube.countDelete();
    state.unqueue(tube, slot);
    state.remove(tube, slot, effects);
    effects.answer(session.id, Answer.DELETED);
  }

  private void release(Session session, Command.Release command, Effects effects) {
    var slot = heldBy(session, command.job(), effects);
    if (slot == NONE) {
      return;
    }
    letGo(session, slot, AttemptEnd.RELEASED, effects);
    jobs.priority(slot, command.priority());
    jobs.delayNs(slot, command.delayNs());
    jobs.releases(slot, jobs.releases(slot) + 1);
    if (endings.isExhausted(slot, effects)) {
      effects.answer(session.id, Answer.BURIED);
      endings.finish(slot, EndCause.EXHAUSTED, effects);
    } else {
      effects.answer(session.id, Answer.RELEASED);
      endings.retry(slot, command.delayNs());
    }
  }

  /** Takes a job from its holder, which lives and has done with it. */
  private void letGo(Session session, int slot, AttemptEnd how, Effects effects) {
    var tube = state.tubeOf(slot);
    endings.ended(tube, slot, session, how, session.held.size() - 1, effects);
    endings.alive(tube, effects);
    state.unqueue(tube, slot);
    endings.clear(slot);
  }

  private void bury(Session session, Command.Bury command, Effects effects) {
    var slot = heldBy(session, command.job(), effects);
    if (slot == NONE) {
      return;
    }
    letGo(session, slot, AttemptEnd.BURIED, effects);
    endings.uncause(slot);
    jobs.priority(slot, command.priority());
    jobs.buries(slot, jobs.buries(slot) + 1);
    state.makeBuried(slot, ++state.burials);
    effects.answer(session.id, Answer.BURIED);
  }

  private void setAside(long job, Effects effects) {
    var slot = state.find(job);
    if (slot == NONE) {
      return;
    }
    state.guard.beforeChange(slot);
    if (jobs.state(slot) != JobState.BURIED) {
      state.unqueue(slot);
      endings.revive(slot);
      jobs.buries(slot, jobs.buries(slot) + 1);
      state.makeBuried(slot, ++state.burials);
    }
    jobs.rare(slot, RareField.CAUSE, EndCause.DAMAGED.code());
    jobs.endedNs(slot, state.nowNs);
    // The dead are found by their histories, also where there was no attempt.
    endings.history(slot);
    effects.jobEnded(job, state.tubeOf(slot).name, EndCause.DAMAGED, OnEnd.BURY);
  }

  private void touch(Session session, long job, Effects effects) {
    var slot = heldBy(session, job, effects);
    if (slot == NONE) {
      return;
    }
    state.unqueue(slot);
    jobs.countTouch(slot);
    state.makeReserved(state.tubeOf(slot), slot, session, state.nowNs + jobs.ttrNs(slot));
    effects.answer(session.id, Answer.TOUCHED);
  }

  private int heldBy(Session session, long job, Effects effects) {
    var slot = state.find(job);
    if (slot != NONE && state.holds(session, slot)) {
      return slot;
    }
    effects.answer(session.id, Answer.NOT_FOUND);
    return NONE;
  }

  private void kickJob(Session session, long job, Effects effects) {
    var slot = state.find(job);
    var kicked =
        slot != NONE
            && switch (jobs.state(slot)) {
              case DELAYED, BURIED -> true;
              case READY, RESERVED -> false;
            };
    if (kicked) {
      state.unqueue(slot);
      jobs.kicks(slot, jobs.kicks(slot) + 1);
      endings.revive(slot);
      state.makeReady(slot);
    }
    effects.answer(session.id, kicked ? Answer.JOB_KICKED : Answer.NOT_FOUND);
  }

  private void use(Session session, TubeName name, Effects effects) {
    var tube = state.findOrCreate(name);
    if (tube == null) {
      effects.answer(session.id, Answer.OUT_OF_MEMORY);
      return;
    }
    var before = session.used();
    session.use(tube);
    tube.using++;
    before.using--;
    state.dropIfUnused(before);
    effects.using(session.id, name);
  }

  private void watch(Session session, TubeName name, Effects effects) {
    var known = state.tubes.find(name);
    if (known == null || session.watchOf(known) < 0) {
      var tube = session.watches() < Limits.WATCHES_MAX ? state.findOrCreate(name) : null;
      if (tube == null) {
        effects.answer(session.id, Answer.OUT_OF_MEMORY);
        return;
      }
      watch(session, tube);
    }
    effects.watching(session.id, session.watches());
  }

  private void ignore(Session session, TubeName name, Effects effects) {
    var tube = state.tubes.find(name);
    var at = tube == null ? -1 : session.watchOf(tube);
    if (tube != null && at >= 0) {
      if (session.watches() == 1) {
        effects.answer(session.id, Answer.NOT_IGNORED);
        return;
      }
      session.removeWatch(at);
      tube.watching--;
      state.retimeSuspects(tube);
      state.dropIfUnused(tube);
    }
    effects.watching(session.id, session.watches());
  }

  private void pause(Session session, Command.PauseTube command, Effects effects) {
    var tube = state.tubes.find(command.tube());
    if (tube == null) {
      effects.answer(session.id, Answer.NOT_FOUND);
      return;
    }
    tube.pause(command.delayNs(), state.nowNs);
    state.retime(tube);
    state.feed(tube);
    effects.answer(session.id, Answer.PAUSED);
  }

  private void clear(Session session, TubeName name, Effects effects) {
    var tube = state.tubes.find(name);
    if (tube == null) {
      effects.answer(session.id, Answer.NOT_FOUND);
    } else {
      bulk.clear(session, tube);
    }
  }
}
