package io.headrace.queue;

/** Commands that may change more jobs than one entry is allowed to. */
final class Bulk {
  private final QueueState state;

  Bulk(QueueState state) {
    this.state = state;
  }

  /**
   * Begins to end a session; it is not found any more, its jobs become ready with {@link #goOn}.
   */
  void close(Session session) {
    if (session.isProducer()) {
      state.sessions.producers--;
    }
    if (session.isWorker()) {
      state.sessions.workers--;
    }
    var used = session.used();
    used.using--;
    state.dropIfUnused(used);
    for (var i = 0; i < session.watches(); i++) {
      var tube = session.watch(i).tube;
      tube.watching--;
      state.dropIfUnused(tube);
    }
    state.sessions.close(session);
    state.retime(session);
    state.bulk.add(new BulkWork.Closing(session));
  }

  void kick(Session session, long bound) {
    var tube = session.used();
    var from = tube.buried.isEmpty() ? JobState.DELAYED : JobState.BURIED;
    var most = Math.min(bound, queueOf(tube, from).size());
    tube.pins++;
    state.bulk.add(new BulkWork.Kicking(session.id, tube, from, most));
  }

  void clear(Session session, Tube tube) {
    tube.pins++;
    state.bulk.add(new BulkWork.Clearing(session.id, tube));
  }

  /** Does as much as the entry may still change. */
  void goOn(Effects effects) {
    while (!state.bulk.isEmpty()) {
      var finished =
          switch (state.bulk.getFirst()) {
            case BulkWork.Closing closing -> closing(closing);
            case BulkWork.Kicking kicking -> kicking(kicking, effects);
            case BulkWork.Clearing clearing -> clearing(clearing, effects);
          };
      if (!finished) {
        return;
      }
      state.bulk.removeFirst();
    }
  }

  private boolean closing(BulkWork.Closing work) {
    var held = work.session().held;
    while (!held.isEmpty()) {
      if (state.changesLeft <= 0) {
        return false;
      }
      var slot = held.first();
      state.unqueue(slot);
      state.makeReady(slot);
      state.changesLeft--;
    }
    state.sessions.remove(work.session());
    return true;
  }

  private boolean kicking(BulkWork.Kicking work, Effects effects) {
    var from = queueOf(work.tube, work.from);
    while (work.done < work.bound && !from.isEmpty()) {
      if (state.changesLeft <= 0) {
        return false;
      }
      var slot = from.first();
      state.unqueue(slot);
      state.jobs.kicks(slot, state.jobs.kicks(slot) + 1);
      state.makeReady(slot);
      state.changesLeft--;
      work.done++;
    }
    unpin(work.tube);
    effects.kicked(work.to, work.done);
    return true;
  }

  private boolean clearing(BulkWork.Clearing work, Effects effects) {
    var tube = work.tube;
    for (var slot = firstUnheld(tube); slot != JobTable.NONE; slot = firstUnheld(tube)) {
      if (state.changesLeft <= 0) {
        return false;
      }
      state.unqueue(slot);
      state.remove(slot, effects);
      state.changesLeft--;
      work.done++;
    }
    unpin(tube);
    effects.cleared(work.to, work.done);
    return true;
  }

  private void unpin(Tube tube) {
    tube.pins--;
    state.dropIfUnused(tube);
  }

  private static int firstUnheld(Tube tube) {
    if (!tube.ready.isEmpty()) {
      return tube.ready.first();
    }
    return tube.delayed.isEmpty() ? tube.buried.first() : tube.delayed.first();
  }

  private static JobQueue queueOf(Tube tube, JobState from) {
    return switch (from) {
      case READY -> tube.ready;
      case DELAYED -> tube.delayed;
      case BURIED -> tube.buried;
      case RESERVED -> throw new AssertionError("a tube does not queue what is reserved");
    };
  }
}
