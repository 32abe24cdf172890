package io.headrace.queue;

/** Commands that may change more jobs than one entry is allowed to. */
final class Bulk {
  private final QueueState state;
  private final Endings endings;
  private final Deaths deaths;

  Bulk(QueueState state, Endings endings, Deaths deaths) {
    this.state = state;
    this.endings = endings;
    this.deaths = deaths;
  }

  /**
   * Begins to end a session; it is not found any more, its jobs are taken from it with {@link
   * #goOn}.
   *
   * @param lastSent the end of what its client has sent, or ""
   */
  void close(Session session, BulkWork.Leaving how, String lastSent, Effects effects) {
    var verdict =
        how == BulkWork.Leaving.DIED && !session.held.isEmpty()
            ? deaths.judge(session, effects)
            : new Deaths.Verdict(false, false);
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
      state.retimeSuspects(tube);
      state.dropIfUnused(tube);
    }
    state.sessions.close(session, lastSent);
    state.retime(session);
    state.bulk.add(new BulkWork.Closing(session, how, session.held.size() - 1, verdict));
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
            case BulkWork.Closing closing -> closing(closing, effects);
            case BulkWork.Revising revising -> revising(revising);
            case BulkWork.Kicking kicking -> kicking(kicking, effects);
            case BulkWork.Clearing clearing -> clearing(clearing, effects);
          };
      if (!finished) {
        return;
      }
      state.bulk.removeFirst();
    }
  }

  private boolean closing(BulkWork.Closing work, Effects effects) {
    var session = work.session();
    var held = session.held;
    while (!held.isEmpty()) {
      if (state.changesLeft <= 0) {
        return false;
      }
      var slot = held.first();
      if (work.how() == BulkWork.Leaving.DIED) {
        deaths.take(slot, session, work.verdict(), work.beside(), effects);
      } else {
        endings.ended(
            state.tubeOf(slot), slot, session, work.how().attemptEnd, work.beside(), effects);
        state.unqueue(slot);
        endings.excuse(slot);
        state.makeReady(slot);
      }
      state.changesLeft--;
    }
    state.sessions.remove(session);
    return true;
  }

  private boolean revising(BulkWork.Revising work) {
    while (work.done < work.deaths.length) {
      if (state.changesLeft <= 0) {
        return false;
      }
      deaths.revise(work.deaths[work.done++]);
      state.changesLeft--;
    }
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
      endings.revive(slot);
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
      state.unqueue(tube, slot);
      state.remove(tube, slot, effects);
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
    if (!tube.suspects.isEmpty()) {
      return tube.suspects.first();
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
