package io.headrace.queue;

import org.jspecify.annotations.Nullable;

/** What each command does; the only place that dispatches them. */
final class Commands {
  private static final int NONE = JobTable.NONE;

  private final QueueState state;
  private final JobTable jobs;
  private final Reservations reservations;
  private final Bulk bulk;

  Commands(QueueState state, Reservations reservations, Bulk bulk) {
    this.state = state;
    this.jobs = state.jobs;
    this.reservations = reservations;
    this.bulk = bulk;
  }

  void apply(Command command, Effects effects) {
    switch (command) {
      case Command.Tick _, Command.Continue _ -> {}
      case Command.SkipId _ -> state.lastJob++;
      case Command.BodyDamaged(var job) -> setAside(job);
      case Command.Restart(var epoch) -> restart(epoch);
      case Command.SessionOpen(var by) -> open(by);
      case Command.OfSession ofSession -> {
        var session = state.sessions.find(ofSession.by());
        if (session != null) {
          apply(session, ofSession, effects);
        } else if (ofSession instanceof Command.Put put) {
          state.lastJob++;
          effects.bodyFreed(put.body().ref(), put.body().bytes());
        }
      }
    }
  }

  private void apply(Session session, Command.OfSession command, Effects effects) {
    switch (command) {
      case Command.SessionClose _ -> {
        cancelReserve(session, effects);
        bulk.close(session);
      }
      case Command.CancelReserve _ -> cancelReserve(session, effects);
      case Command.Put put -> put(idle(session), put, effects);
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
    }
  }

  private static Session idle(Session session) {
    Invariant.check(!session.isWaiting(), "a session that waits sends nothing else");
    return session;
  }

  private void restart(int epoch) {
    var sessions = state.sessions;
    Invariant.check(epoch > sessions.epoch(), "epochs rise");
    for (var slot = 0; slot < sessions.slotLimit(); slot++) {
      if (sessions.isTaken(slot) && !sessions.at(slot).isClosing()) {
        var session = sessions.at(slot);
        if (session.isWaiting()) {
          reservations.stopWaiting(session);
        }
        bulk.close(session);
      }
    }
    sessions.epoch(epoch);
  }

  /** Returns the tube, or null when there are too many. */
  private @Nullable Tube findOrCreate(TubeName name) {
    var tube = state.tubes.find(name);
    if (tube == null && state.tubes.size() < Limits.TUBES_MAX) {
      tube = state.tubes.create(name);
    }
    return tube;
  }

  private void open(SessionId id) {
    var tube = state.tubes.byDefault();
    var session = state.sessions.open(id, tube);
    tube.using++;
    tube.watching++;
    session.addWatch(tube);
  }

  private void cancelReserve(Session session, Effects effects) {
    if (session.isWaiting()) {
      reservations.stopWaiting(session);
      effects.answer(session.id, Answer.TIMED_OUT);
    }
  }

  private void put(Session session, Command.Put put, Effects effects) {
    if (!session.isProducer()) {
      session.becomeProducer();
      state.sessions.producers++;
    }
    var id = ++state.lastJob;
    var body = put.body();
    var slot = jobs.allocate();
    if (slot == NONE) {
      effects.bodyFreed(body.ref(), body.bytes());
      effects.answer(session.id, Answer.OUT_OF_MEMORY);
      return;
    }
    var tube = session.used();
    jobs.id(slot, id);
    jobs.order(slot, id);
    jobs.createdNs(slot, state.nowNs);
    jobs.priority(slot, put.priority());
    jobs.delayNs(slot, put.delayNs());
    jobs.ttrNs(slot, put.ttrNs());
    jobs.body(slot, body.ref(), body.bytes(), body.crc32c());
    jobs.tube(slot, tube.slot);
    state.born(slot);
    state.countBody(slot);
    state.totalJobs++;
    tube.countPut();
    effects.inserted(session.id, id);
    settle(slot, put.delayNs());
  }

  /** Makes a job ready, or delayed. */
  private void settle(int slot, long delayNs) {
    if (delayNs == 0) {
      state.makeReady(slot);
    } else {
      state.makeDelayed(slot, state.nowNs + delayNs);
    }
  }

  private void reserveJob(Session session, long job, Effects effects) {
    var slot = state.index.slot(job);
    if (slot == NONE || jobs.state(slot) == JobState.RESERVED) {
      effects.answer(session.id, Answer.NOT_FOUND);
    } else {
      reservations.markWorker(session);
      reservations.hold(session, slot, effects);
    }
  }

  private void delete(Session session, long job, Effects effects) {
    var slot = state.index.slot(job);
    if (slot == NONE || (jobs.state(slot) == JobState.RESERVED && !holds(session, slot))) {
      effects.answer(session.id, Answer.NOT_FOUND);
      return;
    }
    state.tubeOf(slot).countDelete();
    state.unqueue(slot);
    state.remove(slot, effects);
    effects.answer(session.id, Answer.DELETED);
  }

  private void release(Session session, Command.Release command, Effects effects) {
    var slot = heldBy(session, command.job(), effects);
    if (slot == NONE) {
      return;
    }
    state.unqueue(slot);
    jobs.priority(slot, command.priority());
    jobs.delayNs(slot, command.delayNs());
    jobs.releases(slot, jobs.releases(slot) + 1);
    effects.answer(session.id, Answer.RELEASED);
    settle(slot, command.delayNs());
  }

  private void bury(Session session, Command.Bury command, Effects effects) {
    var slot = heldBy(session, command.job(), effects);
    if (slot == NONE) {
      return;
    }
    state.unqueue(slot);
    jobs.priority(slot, command.priority());
    jobs.buries(slot, jobs.buries(slot) + 1);
    state.makeBuried(slot, ++state.burials);
    effects.answer(session.id, Answer.BURIED);
  }

  private void setAside(long job) {
    var slot = state.index.slot(job);
    if (slot != NONE && jobs.state(slot) != JobState.BURIED) {
      state.unqueue(slot);
      jobs.buries(slot, jobs.buries(slot) + 1);
      state.makeBuried(slot, ++state.burials);
    }
  }

  private void touch(Session session, long job, Effects effects) {
    var slot = heldBy(session, job, effects);
    if (slot == NONE) {
      return;
    }
    state.unqueue(slot);
    state.makeReserved(slot, session, state.nowNs + jobs.ttrNs(slot));
    effects.answer(session.id, Answer.TOUCHED);
  }

  private int heldBy(Session session, long job, Effects effects) {
    var slot = state.index.slot(job);
    if (slot != NONE && holds(session, slot)) {
      return slot;
    }
    effects.answer(session.id, Answer.NOT_FOUND);
    return NONE;
  }

  private boolean holds(Session session, int slot) {
    return jobs.state(slot) == JobState.RESERVED && jobs.holder(slot) == session.slot;
  }

  private void kickJob(Session session, long job, Effects effects) {
    var slot = state.index.slot(job);
    var kicked =
        slot != NONE
            && switch (jobs.state(slot)) {
              case DELAYED, BURIED -> true;
              case READY, RESERVED -> false;
            };
    if (kicked) {
      state.unqueue(slot);
      jobs.kicks(slot, jobs.kicks(slot) + 1);
      state.makeReady(slot);
    }
    effects.answer(session.id, kicked ? Answer.JOB_KICKED : Answer.NOT_FOUND);
  }

  private void use(Session session, TubeName name, Effects effects) {
    var tube = findOrCreate(name);
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
      var tube = session.watches() < Limits.WATCHES_MAX ? findOrCreate(name) : null;
      if (tube == null) {
        effects.answer(session.id, Answer.OUT_OF_MEMORY);
        return;
      }
      tube.watching++;
      session.addWatch(tube);
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
