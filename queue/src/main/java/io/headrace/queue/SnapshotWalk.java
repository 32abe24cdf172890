package io.headrace.queue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes the state as it was when the walk began: tubes, sessions and jobs are visited slot by
 * slot, and what is about to change before its turn is written first, as it was. Nothing is written
 * before what it refers to: a job comes after its tube and its holder, a session after the tube it
 * uses, what it watches after both.
 */
final class SnapshotWalk implements MachineSnapshot {
  /** Watched tubes that cost about as much as another visit. */
  private static final int WATCHES_A_PLACE = 16;

  private static final RareField[] RARE_FIELDS = RareField.values();

  private final QueueState state;
  private final SnapshotSink sink;
  private final int number;
  private final ByteBuffer record =
      ByteBuffer.allocate(RECORD_BYTES_MAX).order(ByteOrder.LITTLE_ENDIAN);
  private final int tubesToWrite;
  private final int sessionsToWrite;
  private final int jobsToWrite;
  private final int keysToWrite;
  private final BulkWork[] works;
  private final long firstWorkDone;
  private final Tube[] hungry;
  private final EndRecord[] ends;
  private final Mishap[] mishaps;
  private final RecentDeath[] deaths;
  private int tubesWritten;
  private int sessionsWritten;
  private int jobsWritten;
  private int keysWritten;
  private int nextTube;
  private int nextSession;
  private int nextWatcher;

  /** Slots below have been visited; the marks are of those above that are not to be written. */
  private int nextJob;

  private final SlotMarks doneJobs = new SlotMarks();
  private final JobRows jobRows = new JobRows();

  /** The first key that is not written, while there is one to write. */
  private int nextKey;

  private int nextWork;
  private int nextHungry;
  private int nextEnd;
  private int nextMishap;
  private int nextDeath;
  private boolean ended;

  SnapshotWalk(QueueState state, SnapshotSink sink) {
    this.state = state;
    this.sink = sink;
    this.tubesToWrite = state.tubes.size();
    this.sessionsToWrite = state.sessions.sizeWithClosing();
    this.jobsToWrite = state.jobs.size();
    this.keysToWrite = state.keys.size();
    this.nextKey = state.keys.first();
    this.works = state.bulk.toArray(new BulkWork[0]);
    this.firstWorkDone = works.length == 0 ? 0 : works[0].done();
    this.hungry = state.hungry.toArray(new Tube[0]);
    this.ends = state.endRecords.values().toArray(new EndRecord[0]);
    this.mishaps = state.mishaps.toArray(new Mishap[0]);
    this.deaths = state.recentDeaths.toArray(new RecentDeath[0]);
    writeHead();
    this.number = state.guard.begin(this);
  }

  @Override
  public boolean step(int placesMax) {
    Invariant.check(!ended, "a walk that has ended goes no further");
    var left = visitTubes(placesMax);
    left = visitSessions(left);
    left = visitWatches(left);
    left = visitJobs(left);
    for (; left > 0 && nextWork < works.length; left--) {
      writeWork(works[nextWork], nextWork == 0 ? firstWorkDone : 0);
      nextWork++;
    }
    for (; left > 0 && nextHungry < hungry.length; left--) {
      writeHungry(hungry[nextHungry++]);
    }
    left = visitEvidence(left);
    for (; left > 0 && keysWritten < keysToWrite; left--) {
      writeKey();
    }
    if (left <= 0) {
      return false;
    }
    writeEnd();
    abandon();
    return true;
  }

  @Override
  public void abandon() {
    if (!ended) {
      ended = true;
      state.guard.end();
    }
  }

  private int visitTubes(int places) {
    var left = places;
    for (; left > 0 && nextTube < state.tubes.slotLimit(); left--) {
      if (state.tubes.isTaken(nextTube)) {
        beforeChange(state.tubes.at(nextTube));
      }
      nextTube++;
    }
    return left;
  }

  private int visitSessions(int places) {
    var left = places;
    for (; left > 0 && nextSession < state.sessions.slotLimit(); left--) {
      if (state.sessions.isTaken(nextSession)) {
        beforeChange(state.sessions.at(nextSession));
      }
      nextSession++;
    }
    return left;
  }

  private int visitWatches(int places) {
    var left = places;
    for (; left > 0 && nextWatcher < state.sessions.slotLimit(); left--) {
      if (state.sessions.isTaken(nextWatcher)) {
        var session = state.sessions.at(nextWatcher);
        left -= session.watches() / WATCHES_A_PLACE;
        beforeRewatch(session);
      }
      nextWatcher++;
    }
    return left;
  }

  private int visitJobs(int places) {
    var left = places;
    for (; left > 0 && nextJob < state.jobs.slotLimit(); left--) {
      if (state.jobs.isLive(nextJob) && !doneJobs.has(nextJob)) {
        writeJob(nextJob);
      }
      nextJob++;
    }
    return left;
  }

  private int visitEvidence(int places) {
    var left = places;
    for (; left > 0 && nextEnd < ends.length; left--) {
      EvidenceRecords.end(row(SnapshotRecord.ENDS, EvidenceRecords.END_BYTES_MAX), ends[nextEnd++]);
    }
    for (; left > 0 && nextMishap < mishaps.length; left--) {
      EvidenceRecords.mishap(
          row(SnapshotRecord.MISHAPS, EvidenceRecords.MISHAP_BYTES), mishaps[nextMishap++]);
    }
    for (; left > 0 && nextDeath < deaths.length; left--) {
      EvidenceRecords.death(
          row(SnapshotRecord.DEATHS, EvidenceRecords.DEATH_BYTES), deaths[nextDeath++]);
    }
    return left;
  }

  /** Writes the tube unless this walk has it already, or began before it was created. */
  void beforeChange(Tube tube) {
    if (tube.walk != number) {
      tube.walk = number;
      tubesWritten++;
      writeTube(tube);
    }
  }

  /** Writes the session, but not what it watches, unless this walk has it. */
  void beforeChange(Session session) {
    if (session.walk != number) {
      session.walk = number;
      sessionsWritten++;
      writeSession(session);
    }
  }

  /** Writes the session with what it watches, unless this walk has that. */
  void beforeRewatch(Session session) {
    beforeChange(session);
    if (session.watchesWalk != number) {
      session.watchesWalk = number;
      writeWatches(session);
    }
  }

  /** Writes the job's row unless this walk has it already, or began before the job was put. */
  void beforeChange(int slot) {
    if (slot >= nextJob && !doneJobs.has(slot)) {
      doneJobs.set(slot);
      writeJob(slot);
    }
  }

  /** Writes the key that was put first unless this walk has it, or began before it was put. */
  void beforeForgetKey() {
    if (keysWritten < keysToWrite && nextKey == state.keys.first()) {
      writeKey();
    }
  }

  /** A job that this walk does not write any more has got this slot. */
  void born(int slot) {
    if (slot >= nextJob) {
      doneJobs.set(slot);
    }
  }

  private void writeHead() {
    record
        .put(SnapshotRecord.HEAD)
        .putInt(SnapshotRecord.VERSION)
        .putInt(state.sessions.epoch())
        .putLong(state.nowNs)
        .putLong(state.lastJob)
        .putLong(state.burials)
        .putLong(state.waits)
        .putLong(state.totalJobs)
        .putLong(state.timeouts)
        .putLong(state.tubes.created())
        .putLong(state.histories.begun())
        .putLong(state.keys.windowNs());
    writeSettings(SnapshotRecord.NO_TUBE, state.policies.defaults());
  }

  private void writeSettings(int slot, PolicySettings settings) {
    if (!settings.isEmpty()) {
      var to = row(SnapshotRecord.SETTINGS, EvidenceRecords.SETTINGS_BYTES_MAX).putInt(slot);
      EvidenceRecords.settings(to, settings);
    }
  }

  private void writeTube(Tube tube) {
    row(SnapshotRecord.TUBES, SnapshotRecord.TUBE_BYTES + tube.name.length())
        .putInt(tube.slot)
        .putInt(tube.listPlace())
        .putLong(tube.ordinal)
        .putLong(tube.total())
        .putLong(tube.deletes())
        .putLong(tube.pauses())
        .putLong(tube.pauseNs())
        .putLong(tube.pausedUntilNs())
        .putLong(tube.doubleRuns())
        .putLong(tube.nextDeliveryNs())
        .putLong(tube.throttledUntilNs())
        .putLong(tube.gate().attempts())
        .putLong(tube.gate().before())
        .put((byte) (tube.gate().isSick() ? 1 : 0))
        .putShort((short) tube.name.length())
        .put(tube.name.bytes());
    writeSettings(tube.slot, tube.settings());
    for (var death : tube.gate().deaths()) {
      var to = row(SnapshotRecord.GATE_DEATHS, EvidenceRecords.GATE_DEATH_BYTES_MAX);
      EvidenceRecords.gateDeath(to.putInt(tube.slot), death);
    }
  }

  private void writeSession(Session session) {
    // A session that is closing uses nothing; what it used may be gone.
    var used = session.isClosing() ? state.tubes.byDefault() : session.used();
    beforeChange(used);
    var flags =
        (session.isWaiting() ? SnapshotRecord.WAITING : 0)
            | (session.isProducer() ? SnapshotRecord.PRODUCER : 0)
            | (session.isWorker() ? SnapshotRecord.WORKER : 0)
            | (session.isClosing() ? SnapshotRecord.CLOSING : 0)
            | (session.lastSent().isEmpty() ? 0 : SnapshotRecord.LAST_SENT);
    var bytes = SnapshotRecord.SESSION_BYTES + session.peer.length();
    var to = row(SnapshotRecord.SESSIONS, bytes + 1 + session.lastSent().length());
    to.putInt(session.slot)
        .putInt(session.id.epoch())
        .putLong(session.id.number())
        .putInt(used.slot)
        .put((byte) flags)
        .putLong(session.waitNumber())
        .putLong(session.waitUntilNs());
    EvidenceRecords.text(to, session.peer);
    if (!session.lastSent().isEmpty()) {
      EvidenceRecords.text(to, session.lastSent());
    }
  }

  private void writeWatches(Session session) {
    for (var i = 0; i < session.watches(); i++) {
      beforeChange(session.watch(i).tube);
    }
    for (var i = 0; i < session.watches(); i++) {
      row(SnapshotRecord.WATCHES, SnapshotRecord.WATCH_BYTES)
          .putInt(session.slot)
          .putInt(session.watch(i).tube.slot);
    }
  }

  private void writeJob(int slot) {
    var jobs = state.jobs;
    var isHeld = jobs.state(slot) == JobState.RESERVED;
    beforeChange(state.tubeOf(slot));
    if (isHeld) {
      beforeChange(state.sessions.at(jobs.holder(slot)));
    }
    var origin = jobs.rare(slot, RareField.ORIGIN);
    if (origin != 0) {
      beforeChange(state.tubes.at(origin - 1));
    }
    jobsWritten++;
    var place =
        sink.location(
            jobs.id(slot), jobs.bodyRef(slot), jobs.bodyBytes(slot), jobs.bodyCrc32c(slot));
    jobRows.put(row(SnapshotRecord.JOBS, JobRows.ROW_BYTES_MAX), jobs, slot, place);
    writeRare(slot);
    if (jobs.hasHistory(slot)) {
      var history = state.histories.find(jobs.id(slot));
      if (history != null) {
        EvidenceRecords.history(
            row(SnapshotRecord.HISTORIES, EvidenceRecords.HISTORY_BYTES_MAX), history);
      }
    }
  }

  private void writeRare(int slot) {
    var jobs = state.jobs;
    if (!jobs.isRare(slot)) {
      return;
    }
    var isThere = jobs.endedNs(slot) != 0;
    for (var field : RARE_FIELDS) {
      isThere |= jobs.rare(slot, field) != 0;
    }
    if (isThere) {
      var to = row(SnapshotRecord.RARE, SnapshotRecord.RARE_BYTES).putLong(jobs.id(slot));
      for (var field : RARE_FIELDS) {
        to.putInt(jobs.rare(slot, field));
      }
      to.putLong(jobs.endedNs(slot)).putLong(jobs.heldSinceNs(slot));
    }
  }

  private void writeKey() {
    state.keys.save(nextKey, row(SnapshotRecord.KEYS, state.keys.savedBytes(nextKey)));
    keysWritten++;
    if (keysWritten < keysToWrite) {
      nextKey = state.keys.after(nextKey);
    }
  }

  /** Only the first work had been begun; of the others, nothing was done. */
  private void writeWork(BulkWork work, long done) {
    row(SnapshotRecord.WORK, SnapshotRecord.WORK_BYTES);
    switch (work) {
      case BulkWork.Closing(var session, var how, var beside, var verdict) ->
          record
              .put(SnapshotRecord.WORK_CLOSING)
              .putInt(session.slot)
              .put((byte) how.code)
              .putInt(beside)
              .put((byte) (verdict.alone() ? 1 : 0))
              .put((byte) (verdict.restart() ? 1 : 0));
      case BulkWork.Revising revising -> {
        record.put(SnapshotRecord.WORK_REVISING).putInt(revising.deaths.length).putInt((int) done);
        for (var death : revising.deaths) {
          EvidenceRecords.death(
              row(SnapshotRecord.WORK_DEATHS, EvidenceRecords.DEATH_BYTES), death);
        }
      }
      case BulkWork.Kicking kicking ->
          record
              .put(SnapshotRecord.WORK_KICKING)
              .putInt(kicking.to.epoch())
              .putLong(kicking.to.number())
              .putInt(kicking.tube.slot)
              .put((byte) kicking.from.code())
              .putLong(kicking.bound)
              .putLong(done);
      case BulkWork.Clearing clearing ->
          record
              .put(SnapshotRecord.WORK_CLEARING)
              .putInt(clearing.to.epoch())
              .putLong(clearing.to.number())
              .putInt(clearing.tube.slot)
              .putLong(done);
    }
  }

  /** Writes that the tube waits to be matched, unless it was gone already and only left behind. */
  private void writeHungry(Tube tube) {
    if (tube.walk == number) {
      row(SnapshotRecord.HUNGRY, 4).putInt(tube.slot);
    }
  }

  private void writeEnd() {
    Invariant.check(
        tubesWritten == tubesToWrite
            && sessionsWritten == sessionsToWrite
            && jobsWritten == jobsToWrite
            && keysWritten == keysToWrite,
        "a snapshot holds every tube, session, job and key that there was");
    emit();
    record
        .put(SnapshotRecord.END)
        .putInt(tubesWritten)
        .putInt(sessionsWritten)
        .putInt(jobsWritten)
        .putInt(keysWritten);
    emit();
  }

  /** The record, in which there is room for a row of this kind. */
  private ByteBuffer row(byte kind, int bytes) {
    if (record.get(0) != kind || record.remaining() < bytes) {
      emit();
      record.put(kind);
      jobRows.begin();
    }
    return record;
  }

  private void emit() {
    sink.record(record.flip());
    record.clear();
  }
}
