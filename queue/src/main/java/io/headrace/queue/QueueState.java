package io.headrace.queue;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

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
  final Policies policies = new Policies();
  final Tubes tubes = new Tubes(jobs, guard, policies);
  final Sessions sessions = new Sessions(jobs, guard);
  final Timers timers = new Timers();
  final ArrayDeque<BulkWork> bulk = new ArrayDeque<>();
  final Histories histories = new Histories();
  final Keys keys = new Keys(guard);

  /** What is left of jobs that policies have ended, by job, oldest first. */
  final LinkedHashMap<Long, EndRecord> endRecords = new LinkedHashMap<>();

  /** Sessions that died lately with jobs none of which had died before, oldest first. */
  final ArrayDeque<Mishap> mishaps = new ArrayDeque<>();

  /** Jobs that became suspects lately, oldest first. */
  final ArrayDeque<RecentDeath> recentDeaths = new ArrayDeque<>();

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

  /** By the code of the state; the last one is of those off the stage. */
  private final long[] inState = new long[JobState.CODES + 1];

  /** Jobs that this entry may still change. */
  int changesLeft;

  QueueState() {
    tubes.create(TubeName.DEFAULT);
  }

  long count(JobState state) {
    return inState[state.code()];
  }

  /** The slot of a job that clients know of, or {@link JobTable#NONE}. */
  int find(long job) {
    var slot = index.slot(job);
    return slot == JobTable.NONE || jobs.lane(slot).isOffStage() ? JobTable.NONE : slot;
  }

  /** Whether this session holds the job in a slot. */
  boolean holds(Session session, int slot) {
    return jobs.state(slot) == JobState.RESERVED && jobs.holder(slot) == session.slot;
  }

  /** The first ready job of a tube, in whichever lane; or {@link JobTable#NONE}. */
  int firstReady(Tube tube) {
    var plain = tube.ready.first();
    var suspect = tube.suspects.first();
    if (plain == JobTable.NONE || suspect == JobTable.NONE) {
      return plain == JobTable.NONE ? suspect : plain;
    }
    return jobs.isBefore(plain, suspect) ? plain : suspect;
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
    unqueue(tubeOf(slot), slot);
  }

  /** Takes a job of this tube out, likewise. */
  void unqueue(Tube tube, int slot) {
    guard.beforeChange(slot);
    var state = jobs.state(slot);
    var lane = jobs.lane(slot);
    inState[place(lane, state)]--;
    switch (state) {
      case READY -> {
        readyQueue(tube, lane).remove(slot);
        if (jobs.priority(slot) < Limits.URGENT_BELOW) {
          tube.urgent--;
          urgent--;
        }
        if (lane == Lane.SUSPECT) {
          retime(tube);
        }
      }
      case DELAYED -> {
        tube.delayed.remove(slot);
        retime(tube);
      }
      case RESERVED -> takeFromHolder(tube, slot, lane == Lane.SUSPECT);
      case BURIED -> {
        asideQueue(tube, lane).remove(slot);
        switch (lane) {
          case DROPPED -> retime(tube);
          case DOCKET -> {
            tube.docketBytes -= jobs.bodyBytes(slot);
            retime(tube);
          }
          case PLAIN, SUSPECT, CONDEMNED -> {}
        }
      }
    }
  }

  private void takeFromHolder(Tube tube, int slot, boolean suspect) {
    var holder = sessions.at(jobs.holder(slot));
    tube.reserved--;
    holder.held.remove(slot);
    if (suspect) {
      tube.suspectsOut--;
      holder.countSuspect(-1);
    }
    if (holder.isWaiting() && (suspect || holder.held.isEmpty())) {
      enlist(holder);
    }
    retime(holder);
    feed(tube);
  }

  /** A suspect that somebody holds is none any more. */
  void acquitReserved(int slot) {
    guard.beforeChange(slot);
    var holder = sessions.at(jobs.holder(slot));
    var tube = tubeOf(slot);
    jobs.lane(slot, Lane.PLAIN);
    tube.suspectsOut--;
    holder.countSuspect(-1);
    if (holder.isWaiting()) {
      enlist(holder);
    }
    feed(tube);
  }

  /** Has a session that waits stand in the lines where it may have something, and does not yet. */
  void enlist(Session session) {
    if (session.suspects() > 0) {
      return;
    }
    var idle = session.held.isEmpty();
    for (var i = 0; i < session.watches(); i++) {
      var watch = session.watch(i);
      if (!watch.place(Line.Kind.ALL).taken) {
        watch.tube.enlist(watch, idle);
        feed(watch.tube);
      } else if (idle && !watch.place(Line.Kind.IDLE).taken) {
        watch.tube.enlistIdle(watch);
        feed(watch.tube);
      }
    }
  }

  private static JobQueue readyQueue(Tube tube, Lane lane) {
    return lane == Lane.SUSPECT ? tube.suspects : tube.ready;
  }

  private static JobQueue asideQueue(Tube tube, Lane lane) {
    return switch (lane) {
      case DROPPED -> tube.dropped;
      case DOCKET -> tube.dockets;
      case PLAIN, SUSPECT, CONDEMNED -> tube.buried;
    };
  }

  void makeReady(int slot) {
    makeReady(slot, nowNs);
  }

  /** Makes a job ready that is so since then. */
  void makeReady(int slot, long sinceNs) {
    var tube = tubeOf(slot);
    var lane = enter(slot, JobState.READY);
    Invariant.check(lane != Lane.CONDEMNED, "what is condemned waits");
    jobs.deadlineNs(slot, sinceNs);
    readyQueue(tube, lane).add(slot);
    if (jobs.priority(slot) < Limits.URGENT_BELOW) {
      tube.urgent++;
      urgent++;
    }
    feed(tube);
  }

  void makeDelayed(int slot, long readyAtNs) {
    var tube = tubeOf(slot);
    var _ = enter(slot, JobState.DELAYED);
    jobs.deadlineNs(slot, readyAtNs);
    tube.delayed.add(slot);
    retime(tube);
  }

  void makeReserved(Tube tube, int slot, Session holder, long losesAtNs) {
    var lane = enter(slot, JobState.RESERVED);
    tube.reserved++;
    if (lane == Lane.SUSPECT) {
      tube.suspectsOut++;
      holder.countSuspect(1);
    }
    jobs.holder(slot, holder.slot);
    jobs.deadlineNs(slot, losesAtNs);
    holder.held.add(slot);
    retime(holder);
    retimeSuspects(tube);
  }

  /** Buries a job; {@code burial} counts the burials of all tubes. */
  void makeBuried(int slot, long burial) {
    var _ = enter(slot, JobState.BURIED);
    jobs.deadlineNs(slot, burial);
    tubeOf(slot).buried.add(slot);
  }

  /** Takes a job off the stage until it goes for good. */
  void makeDropped(int slot, long untilNs) {
    var tube = tubeOf(slot);
    var _ = enter(slot, JobState.BURIED);
    jobs.deadlineNs(slot, untilNs);
    tube.dropped.add(slot);
    retime(tube);
  }

  /** Puts the evidence of a death away until it goes for good. */
  void makeDocket(int slot, long untilNs) {
    var tube = tubeOf(slot);
    var _ = enter(slot, JobState.BURIED);
    jobs.deadlineNs(slot, untilNs);
    tube.dockets.add(slot);
    tube.docketBytes += jobs.bodyBytes(slot);
    retime(tube);
  }

  /** Returns the job's lane. */
  private Lane enter(int slot, JobState state) {
    jobs.state(slot, state);
    var lane = jobs.lane(slot);
    inState[place(lane, state)]++;
    return lane;
  }

  private static int place(Lane lane, JobState state) {
    return lane.isOffStage() ? JobState.CODES : state.code();
  }

  /** Counts the body of a job that has got one. */
  void countBody(Tube tube, int slot) {
    var bytes = jobs.bodyBytes(slot);
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

  /** Has a job that was taken out belong to another tube. */
  void move(int slot, Tube to) {
    var from = tubeOf(slot);
    var bytes = jobs.bodyBytes(slot);
    from.bodyBytes -= bytes;
    to.bodyBytes += bytes;
    if (Body.isSpilled(jobs.bodyRef(slot))) {
      from.spilledBytes -= bytes;
      to.spilledBytes += bytes;
    }
    jobs.tube(slot, to.slot);
  }

  /** The tube of this name, or null when there are too many. */
  @Nullable Tube findOrCreate(TubeName name) {
    var tube = tubes.find(name);
    return tube == null && tubes.size() < Limits.TUBES_MAX ? tubes.create(name) : tube;
  }

  private void countSpilled(Tube tube, int bytes) {
    spilledBytes += bytes;
    tube.spilledBytes += bytes;
  }

  /** Ends a job that was taken out with {@link #unqueue}. Other jobs may change their slots. */
  void remove(Tube tube, int slot, Effects effects) {
    var bytes = jobs.bodyBytes(slot);
    bodyBytes -= bytes;
    tube.bodyBytes -= bytes;
    countSpilled(tube, Body.isSpilled(jobs.bodyRef(slot)) ? -bytes : 0);
    effects.bodyFreed(jobs.bodyRef(slot), bytes);
    var docket = jobs.hasHistory(slot) ? forget(jobs.id(slot)) : 0;
    // Its docket, or that it came from here, may be the last that keeps the tube.
    tube.pins++;
    setOrigin(slot, 0);
    index.remove(jobs.id(slot));
    jobs.free(slot);
    for (var moves = 0; moves < MOVES_A_REMOVAL && jobs.isSparse(); moves++) {
      moveDown(jobs.highest());
    }
    removeDocket(docket, effects);
    tube.pins--;
    dropIfUnused(tube);
  }

  /** Ends the history of a job that goes; returns its docket, or 0. */
  private long forget(long job) {
    var history = histories.find(job);
    if (history == null) {
      throw new AssertionError("a job that is marked so has a history");
    }
    histories.remove(history);
    return history.docket;
  }

  /** Removes a docket, unless it is gone already or was none. */
  void removeDocket(long docket, Effects effects) {
    var slot = docket == 0 ? JobTable.NONE : index.slot(docket);
    if (slot != JobTable.NONE && jobs.lane(slot) == Lane.DOCKET) {
      var tube = tubeOf(slot);
      unqueue(tube, slot);
      remove(tube, slot, effects);
    }
  }

  /** Notes where a job was moved from: one more than the slot of the tube, or 0. */
  void setOrigin(int slot, int origin) {
    var before = jobs.rare(slot, RareField.ORIGIN);
    if (before == origin) {
      return;
    }
    jobs.rare(slot, RareField.ORIGIN, origin);
    if (origin != 0) {
      tubes.at(origin - 1).origins++;
    }
    if (before != 0) {
      var tube = tubes.at(before - 1);
      tube.origins--;
      dropIfUnused(tube);
    }
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
      case READY -> readyQueue(tubeOf(slot), jobs.lane(slot));
      case DELAYED -> tubeOf(slot).delayed;
      case RESERVED -> sessions.at(jobs.holder(slot)).held;
      case BURIED -> asideQueue(tubeOf(slot), jobs.lane(slot));
    };
  }

  /** Has the tube matched with those who wait, before the entry ends or by a later one. */
  void feed(Tube tube) {
    if (!tube.hungry && tube.canServe()) {
      tube.hungry = true;
      hungry.add(tube);
    }
    retimeSuspects(tube);
  }

  /** Sets anew when a suspect goes to somebody who may not have it, where there are any. */
  void retimeSuspects(Tube tube) {
    if (!tube.suspects.isEmpty()) {
      retime(tube);
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
    if (tube.isThrottled()) {
      due = Math.min(due, tube.throttledUntilNs());
    }
    due = Math.min(due, deadlineNs(tube.delayed.first()));
    due = Math.min(due, deadlineNs(tube.dropped.first()));
    due = Math.min(due, deadlineNs(tube.dockets.first()));
    if (tube.isSuspectStuck()) {
      due = Math.min(due, jobs.deadlineNs(tube.suspects.first()) + Limits.SUSPECT_WAIT_NS);
    }
    timers.set(tube, due);
  }

  private long deadlineNs(int slot) {
    return slot == JobTable.NONE ? Long.MAX_VALUE : jobs.deadlineNs(slot);
  }

  /** Sets anew when the first key is to be forgotten. */
  void retimeKeys() {
    timers.set(keys, keys.forgetAtNs());
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
