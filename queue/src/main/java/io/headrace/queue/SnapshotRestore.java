package io.headrace.queue;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Builds the state from the records of a snapshot. Refuses what no walk can have written. */
final class SnapshotRestore {
  /** A higher slot is nonsense, and must not become an allocation. */
  private static final int SESSION_SLOTS_MAX = 1 << 24;

  private final QueueState state;
  private final EvidenceRestore evidence;
  private final List<Tube> tubes = new ArrayList<>();
  private final JobRows jobRows = new JobRows();
  private long lastKeyNs;
  private boolean begun;
  private boolean ended;

  SnapshotRestore(QueueState state) {
    this.state = state;
    this.evidence = new EvidenceRestore(state);
  }

  void take(ByteBuffer record, BodyLoader bodies) {
    var from = record.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    try {
      var kind = from.get();
      require(!ended && begun == (kind != SnapshotRecord.HEAD), "records in another order");
      switch (kind) {
        case SnapshotRecord.HEAD -> head(from);
        case SnapshotRecord.END -> end(from);
        default -> {
          jobRows.begin();
          while (from.hasRemaining()) {
            row(kind, from, bodies);
          }
        }
      }
      require(!from.hasRemaining(), "a record that is too long");
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("a record that is too short", e);
    }
  }

  private void row(byte kind, ByteBuffer from, BodyLoader bodies) {
    switch (kind) {
      case SnapshotRecord.TUBES -> tube(from);
      case SnapshotRecord.SESSIONS -> session(from);
      case SnapshotRecord.WATCHES -> watch(from);
      case SnapshotRecord.WORK -> work(from);
      case SnapshotRecord.HUNGRY -> hungry(from);
      case SnapshotRecord.JOBS -> job(from, bodies);
      case SnapshotRecord.RARE -> evidence.rare(from);
      case SnapshotRecord.SETTINGS -> settings(from);
      case SnapshotRecord.GATE_DEATHS ->
          tubeAt(from.getInt()).gate().restoreDeath(EvidenceRecords.gateDeath(from));
      case SnapshotRecord.HISTORIES -> evidence.history(from);
      case SnapshotRecord.ENDS -> evidence.end(from);
      case SnapshotRecord.MISHAPS -> state.mishaps.add(EvidenceRecords.mishap(from));
      case SnapshotRecord.DEATHS -> state.recentDeaths.add(EvidenceRecords.death(from));
      case SnapshotRecord.WORK_DEATHS -> evidence.workDeath(from);
      case SnapshotRecord.KEYS -> key(from);
      default -> throw new IllegalArgumentException("a record of unknown kind " + kind);
    }
  }

  void finish() {
    require(ended, "the last record is missing");
    var waiters = new ArrayList<Session>();
    for (var session : sessions()) {
      if (session.isWaiting()) {
        waiters.add(session);
      }
      state.retime(session);
    }
    waiters.sort(Comparator.comparingLong(Session::waitNumber));
    for (var session : waiters) {
      state.sessions.waiting++;
      for (var i = 0; i < session.watches(); i++) {
        session.watch(i).tube.waiting++;
      }
      state.enlist(session);
    }
    evidence.finish();
    state.retimeKeys();
    for (var i = 0; i < state.tubes.size(); i++) {
      state.retime(state.tubes.get(i));
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException("the snapshot has " + otherwise);
    }
  }

  private List<Session> sessions() {
    var found = new ArrayList<Session>();
    for (var slot = 0; slot < state.sessions.slotLimit(); slot++) {
      if (state.sessions.isTaken(slot)) {
        found.add(state.sessions.at(slot));
      }
    }
    return found;
  }

  private void head(ByteBuffer from) {
    var version = from.getInt();
    require(version == SnapshotRecord.VERSION, "version " + version + " of its records");
    require(state.lastJob == 0 && state.sessions.epoch() == 0, "a machine that is in use");
    begun = true;
    state.sessions.epoch(from.getInt());
    state.nowNs = from.getLong();
    state.lastJob = from.getLong();
    state.burials = from.getLong();
    state.waits = from.getLong();
    state.totalJobs = from.getLong();
    state.timeouts = from.getLong();
    state.tubes.remove(state.tubes.byDefault());
    state.tubes.created(from.getLong());
    state.histories.begun(from.getLong());
    state.keys.windowNs(from.getLong());
    require(state.keys.windowNs() > 0, "keys that are never remembered");
  }

  private void settings(ByteBuffer from) {
    var slot = from.getInt();
    var settings = EvidenceRecords.settings(from);
    if (slot == SnapshotRecord.NO_TUBE) {
      state.policies.defaults(settings);
    } else {
      tubeAt(slot).settings(settings);
    }
  }

  private void tube(ByteBuffer from) {
    var slot = from.getInt();
    require(
        slot >= 0 && slot < Limits.TUBES_MAX && !state.tubes.isTaken(slot), "a tube of bad slot");
    var place = from.getInt();
    var ordinal = from.getLong();
    var total = from.getLong();
    var deletes = from.getLong();
    var pauses = from.getLong();
    var pauseNs = from.getLong();
    var pausedUntilNs = from.getLong();
    var doubleRuns = from.getLong();
    var nextDeliveryNs = from.getLong();
    var throttledUntilNs = from.getLong();
    var gateAttempts = from.getLong();
    var gateBefore = from.getLong();
    var isSick = from.get() != 0;
    var name = EvidenceRecords.name(from);
    require(state.tubes.find(name) == null, "a tube twice");
    var tube = state.tubes.insert(name, slot, ordinal);
    tube.restore(total, deletes, pauses, pauseNs, pausedUntilNs, doubleRuns);
    tube.throttle(nextDeliveryNs, throttledUntilNs);
    tube.gate().restore(gateAttempts, gateBefore, isSick);
    tube.listPlace(place);
    tubes.add(tube);
  }

  private Tube tubeAt(int slot) {
    require(slot >= 0 && state.tubes.isTaken(slot), "a tube that is missing");
    return state.tubes.at(slot);
  }

  private Session sessionAt(int slot) {
    require(slot >= 0 && state.sessions.isTaken(slot), "a session that is missing");
    return state.sessions.at(slot);
  }

  private void session(ByteBuffer from) {
    var slot = from.getInt();
    require(
        slot >= 0 && slot < SESSION_SLOTS_MAX && !state.sessions.isTaken(slot),
        "a session of bad slot");
    var id = new SessionId(from.getInt(), from.getLong());
    var used = from.getInt();
    var flags = from.get();
    var closing = (flags & SnapshotRecord.CLOSING) != 0;
    require(
        closing || (id.epoch() == state.sessions.epoch() && state.sessions.find(id) == null),
        "a session of bad id");
    var tube = tubeAt(used);
    var isProducer = (flags & SnapshotRecord.PRODUCER) != 0;
    var isWorker = (flags & SnapshotRecord.WORKER) != 0;
    var waitNumber = from.getLong();
    var waitUntilNs = from.getLong();
    var peer = EvidenceRecords.text(from);
    var hasLastSent = (flags & SnapshotRecord.LAST_SENT) != 0;
    require(closing || !hasLastSent, "an open session that sent something last");
    var lastSent = hasLastSent ? EvidenceRecords.text(from) : "";
    var session =
        closing
            ? state.sessions.insertClosing(id, peer, slot, tube)
            : state.sessions.insert(id, peer, slot, tube);
    session.restore(
        (flags & SnapshotRecord.WAITING) != 0, isProducer, isWorker, waitNumber, waitUntilNs);
    if (closing) {
      session.close(lastSent);
    } else {
      tube.using++;
      state.sessions.producers += isProducer ? 1 : 0;
      state.sessions.workers += isWorker ? 1 : 0;
    }
  }

  private void watch(ByteBuffer from) {
    var session = sessionAt(from.getInt());
    var tube = tubeAt(from.getInt());
    require(session.watches() < Limits.WATCHES_MAX, "a session that watches too much");
    tube.watching++;
    session.addWatch(tube);
  }

  private void work(ByteBuffer from) {
    var kind = from.get();
    if (kind == SnapshotRecord.WORK_CLOSING) {
      state.bulk.add(closing(from));
      return;
    }
    if (kind == SnapshotRecord.WORK_REVISING) {
      evidence.revising(from.getInt(), from.getInt());
      return;
    }
    var to = new SessionId(from.getInt(), from.getLong());
    var tube = tubeAt(from.getInt());
    tube.pins++;
    if (kind == SnapshotRecord.WORK_KICKING) {
      var work = new BulkWork.Kicking(to, tube, stateOf(from.get()), from.getLong());
      work.done = from.getLong();
      state.bulk.add(work);
    } else {
      require(kind == SnapshotRecord.WORK_CLEARING, "work of unknown kind " + kind);
      var work = new BulkWork.Clearing(to, tube);
      work.done = from.getLong();
      state.bulk.add(work);
    }
  }

  private BulkWork.Closing closing(ByteBuffer from) {
    var session = sessionAt(from.getInt());
    var how = from.get();
    require(how >= 0 && how < BulkWork.Leaving.values().length, "a session that ended somehow");
    var beside = from.getInt();
    var verdict = new Deaths.Verdict(from.get() != 0, from.get() != 0);
    return new BulkWork.Closing(session, BulkWork.Leaving.of(how), beside, verdict);
  }

  private static JobState stateOf(int code) {
    require(code >= 0 && code < JobState.CODES, "a job of unknown state " + code);
    return JobState.of(code);
  }

  private void hungry(ByteBuffer from) {
    var tube = tubeAt(from.getInt());
    tube.hungry = true;
    state.hungry.add(tube);
  }

  private void job(ByteBuffer from, BodyLoader bodies) {
    var jobs = state.jobs;
    jobRows.take(from);
    var id = jobRows.id();
    require(
        id > 0 && id <= state.lastJob && state.index.slot(id) == JobTable.NONE, "a job of bad id");
    var bytes = jobRows.bytes();
    require(bytes >= 0, "a body of bad length");
    var tube = tubeAt(jobRows.tube());
    var jobState = stateOf(jobRows.state());
    var lane = jobRows.lane();
    require(lane < Lane.CODES, "a job of unknown lane " + lane);
    var slot = jobs.allocate();
    jobRows.fill(jobs, slot);
    var crc32c = jobRows.crc32c();
    jobs.body(slot, bodies.load(id, jobRows.place(), bytes, crc32c), bytes, crc32c);
    jobs.tube(slot, tube.slot);
    jobs.lane(slot, Lane.of(lane));
    require(
        jobState == JobState.BURIED || !jobs.lane(slot).isOffStage(), "a job of impossible lane");
    require(
        jobState == JobState.DELAYED || jobs.lane(slot) != Lane.CONDEMNED,
        "a job that is condemned too early");
    state.born(slot);
    state.countBody(tube, slot);
    var deadlineNs = jobRows.deadlineNs();
    switch (jobState) {
      case READY -> state.makeReady(slot, deadlineNs);
      case DELAYED -> state.makeDelayed(slot, deadlineNs);
      case RESERVED -> state.makeReserved(tube, slot, sessionAt(jobRows.holder()), deadlineNs);
      case BURIED -> {
        switch (jobs.lane(slot)) {
          case DROPPED -> state.makeDropped(slot, deadlineNs);
          case DOCKET -> state.makeDocket(slot, deadlineNs);
          case PLAIN, SUSPECT, CONDEMNED -> state.makeBuried(slot, deadlineNs);
        }
      }
    }
  }

  private void key(ByteBuffer from) {
    var job = from.getLong();
    var stampNs = from.getLong();
    var tubeBytes = Short.toUnsignedInt(from.getShort());
    var keyChars = from.get();
    var tube = EvidenceRecords.name(from, tubeBytes);
    require(keyChars >= 1 && keyChars <= Limits.KEY_CHARS_MAX, "a key of bad length");
    var key = EvidenceRecords.text(from, keyChars);
    require(job > 0 && job <= state.lastJob, "the key of a job that was never put");
    require(stampNs >= lastKeyNs && stampNs <= state.nowNs, "keys in another order");
    lastKeyNs = stampNs;
    var hash = Keys.hash(tube, key);
    require(state.keys.job(tube, key, hash) == 0, "a key twice");
    require(state.keys.size() < Limits.KEYS_MAX, "too many keys");
    state.keys.add(tube, key, hash, job, stampNs);
  }

  private void end(ByteBuffer from) {
    require(from.getInt() == tubes.size(), "another number of tubes than it says");
    require(from.getInt() == state.sessions.sizeWithClosing(), "another number of sessions");
    require(from.getInt() == state.jobs.size(), "another number of jobs than it says");
    require(from.getInt() == state.keys.size(), "another number of keys than it says");
    require(state.tubes.find(TubeName.DEFAULT) != null, "no default tube");
    tubes.sort(Comparator.comparingInt(Tube::listPlace));
    for (var i = 0; i < tubes.size(); i++) {
      require(tubes.get(i).listPlace() == i, "two tubes in one place");
    }
    state.tubes.list(tubes);
    ended = true;
  }
}
