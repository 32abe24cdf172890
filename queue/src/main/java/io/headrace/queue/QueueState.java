package io.headrace.queue;

import java.util.ArrayDeque;

/**
 * All there is in the queue, and the few ways in which a job goes from one place to another. Every
 * change of a job begins with {@link #unqueue}; there a snapshot that is under way takes the row as
 * it was.
 */
final class QueueState {
  /** Rows moved down when a job goes and few are left: keeps up with any removals. */
  private static final int MOVES_A_REMOVAL = 4;

  final SnapshotGuard guard = new SnapshotGuard();
  final JobTable jobs = new JobTable();
  final JobIndex index = new JobIndex();
  final Tubes tubes = new Tubes(jobs, guard);
  final Sessions sessions = new Sessions(jobs, guard);
  final Timers timers = new Timers();
  final ArrayDeque<BulkWork> bulk = new ArrayDeque<>();

  /** Tubes that may have jobs for those who wait. */
  final ArrayDeque<Tube> hungry = new ArrayDeque<>();

  /** Time of the entry that is being applied. */
  long nowNs;

  long lastJob;
  long burials;
  long waits;
  long totalJobs;
  long timeouts;
  long bodyBytes;

  /** Of those, what is not in memory. The shell's doing, and no part of the state. */
  long spilledBytes;

  long urgent;
  private final long[] inState = new long[JobState.CODES];

  /** Jobs that this entry may still change. */
  int changesLeft;

  QueueState() {
    tubes.create(TubeName.DEFAULT);
  }

  long count(JobState state) {
    return inState[state.code()];
  }

  Tube tubeOf(int slot) {
    return tubes.at(jobs.tube(slot));
  }

  /** A job has a row now; from here on it is found by its id. */
  void born(int slot) {
    guard.born(slot);
    index.add(jobs.id(slot), slot);
  }

  /**
   * Takes a job out of where it is; it must be put somewhere, or removed, before the entry ends.
   */
  void unqueue(int slot) {
    guard.beforeChange(slot);
    var tube = tubeOf(slot);
    var state = jobs.state(slot);
    inState[state.code()]--;
    switch (state) {
      case READY -> {
        tube.ready.remove(slot);
        if (jobs.priority(slot) < Limits.URGENT_BELOW) {
          tube.urgent--;
          urgent--;
        }
      }
      case DELAYED -> {
        tube.delayed.remove(slot);
        retime(tube);
      }
      case RESERVED -> {
        tube.reserved--;
        var holder = sessions.at(jobs.holder(slot));
        holder.held.remove(slot);
        retime(holder);
      }
      case BURIED -> tube.buried.remove(slot);
    }
  }

  void makeReady(int slot) {
    var tube = tubeOf(slot);
    enter(slot, JobState.READY);
    tube.ready.add(slot);
    if (jobs.priority(slot) < Limits.URGENT_BELOW) {
      tube.urgent++;
      urgent++;
    }
    feed(tube);
  }

  void makeDelayed(int slot, long readyAtNs) {
    var tube = tubeOf(slot);
    enter(slot, JobState.DELAYED);
    jobs.deadlineNs(slot, readyAtNs);
    tube.delayed.add(slot);
    retime(tube);
  }

  void makeReserved(int slot, Session holder, long losesAtNs) {
    enter(slot, JobState.RESERVED);
    tubeOf(slot).reserved++;
    jobs.holder(slot, holder.slot);
    jobs.deadlineNs(slot, losesAtNs);
    holder.held.add(slot);
    retime(holder);
  }

  /** Buries a job; {@code burial} counts the burials of all tubes. */
  void makeBuried(int slot, long burial) {
    enter(slot, JobState.BURIED);
    jobs.deadlineNs(slot, burial);
    tubeOf(slot).buried.add(slot);
  }

  private void enter(int slot, JobState state) {
    jobs.state(slot, state);
    inState[state.code()]++;
  }

  /** Counts the body of a job that has got one. */
  void countBody(int slot) {
    var bytes = jobs.bodyBytes(slot);
    var tube = tubeOf(slot);
    bodyBytes += bytes;
    tube.bodyBytes += bytes;
    countSpilled(tube, Body.isSpilled(jobs.bodyRef(slot)) ? bytes : 0);
  }

  /** Notes where the shell keeps a body now. */
  void moveBody(int slot, long bodyRef) {
    var bytes = jobs.bodyBytes(slot);
    var before = Body.isSpilled(jobs.bodyRef(slot)) ? bytes : 0;
    countSpilled(tubeOf(slot), (Body.isSpilled(bodyRef) ? bytes : 0) - before);
    jobs.body(slot, bodyRef, bytes, jobs.bodyCrc32c(slot));
  }

  private void countSpilled(Tube tube, int bytes) {
    spilledBytes += bytes;
    tube.spilledBytes += bytes;
  }

  /** Ends a job that was taken out with {@link #unqueue}. Other jobs may change their slots. */
  void remove(int slot, Effects effects) {
    var tube = tubeOf(slot);
    var bytes = jobs.bodyBytes(slot);
    bodyBytes -= bytes;
    tube.bodyBytes -= bytes;
    countSpilled(tube, Body.isSpilled(jobs.bodyRef(slot)) ? -bytes : 0);
    effects.bodyFreed(jobs.bodyRef(slot), bytes);
    index.remove(jobs.id(slot));
    jobs.free(slot);
    for (var moves = 0; moves < MOVES_A_REMOVAL && jobs.isSparse(); moves++) {
      moveDown(jobs.highest());
    }
    dropIfUnused(tube);
  }

  private void moveDown(int from) {
    guard.beforeChange(from);
    var slot = jobs.moveDown(from);
    guard.born(slot);
    index.move(jobs.id(slot), slot);
    queueOf(slot).moved(slot);
  }

  private JobQueue queueOf(int slot) {
    return switch (jobs.state(slot)) {
      case READY -> tubeOf(slot).ready;
      case DELAYED -> tubeOf(slot).delayed;
      case RESERVED -> sessions.at(jobs.holder(slot)).held;
      case BURIED -> tubeOf(slot).buried;
    };
  }

  /** Has the tube matched with those who wait, before the entry ends or by a later one. */
  void feed(Tube tube) {
    if (!tube.hungry && tube.canServe()) {
      tube.hungry = true;
      hungry.add(tube);
    }
  }

  void dropIfUnused(Tube tube) {
    if (tube.isUnused() && !tube.name.equals(TubeName.DEFAULT)) {
      timers.set(tube, Long.MAX_VALUE);
      tubes.remove(tube);
    }
  }

  /** Sets anew when the tube is due. */
  void retime(Tube tube) {
    var due = tube.isPaused() ? tube.pausedUntilNs() : Long.MAX_VALUE;
    var first = tube.delayed.first();
    if (first != JobTable.NONE) {
      due = Math.min(due, jobs.deadlineNs(first));
    }
    timers.set(tube, due);
  }

  /** Sets anew when the session is due. */
  void retime(Session session) {
    if (session.isClosing()) {
      timers.set(session, Long.MAX_VALUE);
      return;
    }
    var due = session.isWaiting() ? session.waitUntilNs() : Long.MAX_VALUE;
    var first = session.held.first();
    if (first != JobTable.NONE) {
      var deadlineNs = jobs.deadlineNs(first);
      due =
          Math.min(due, session.isWaiting() ? deadlineNs - Limits.DEADLINE_MARGIN_NS : deadlineNs);
    }
    timers.set(session, due);
  }
}
