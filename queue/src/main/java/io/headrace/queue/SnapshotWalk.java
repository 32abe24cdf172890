package io.headrace.queue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes the state as it was when the walk began. What is few is written at once; the jobs are
 * visited row by row, and one that is about to change before its turn is written first, as it was.
 */
final class SnapshotWalk implements MachineSnapshot {
  private final QueueState state;
  private final SnapshotSink sink;
  private final ByteBuffer record =
      ByteBuffer.allocate(RECORD_BYTES_MAX).order(ByteOrder.LITTLE_ENDIAN);
  private final long jobsToWrite;
  private long jobsWritten;

  /** Slots below have been visited; the marks are of those above that are not to be written. */
  private int nextSlot;

  private final SlotMarks written = new SlotMarks();
  private boolean ended;

  SnapshotWalk(QueueState state, SnapshotSink sink) {
    this.state = state;
    this.sink = sink;
    this.jobsToWrite = state.jobs.size();
    writeHead();
    writeTubes();
    writeSessions();
    state.bulk.forEach(this::writeWork);
    for (var tube : state.hungry) {
      if (tube.canServe()) {
        emit(start(SnapshotRecord.HUNGRY).putInt(tube.slot));
      }
    }
    start(SnapshotRecord.JOBS);
    state.walk(this);
  }

  @Override
  public boolean step(int jobsMax) {
    Invariant.check(!ended, "a walk that has ended goes no further");
    var jobs = state.jobs;
    var limit = jobs.slotLimit();
    for (var visits = 0; visits < jobsMax && nextSlot < limit; visits++) {
      if (jobs.isLive(nextSlot)) {
        beforeChange(nextSlot);
      }
      nextSlot++;
    }
    if (nextSlot < limit) {
      return false;
    }
    Invariant.check(jobsWritten == jobsToWrite, "a snapshot holds every job that there was");
    emitJobs();
    emit(start(SnapshotRecord.END).putLong(jobsWritten));
    abandon();
    return true;
  }

  @Override
  public void abandon() {
    if (!ended) {
      ended = true;
      state.walk(null);
    }
  }

  /** A job that this walk does not write has got this slot. */
  void born(int slot) {
    if (slot >= nextSlot) {
      written.set(slot);
    }
  }

  /** Writes the job's row unless this walk has it already, or began before the job was put. */
  void beforeChange(int slot) {
    var jobs = state.jobs;
    if (slot < nextSlot || written.has(slot)) {
      return;
    }
    written.set(slot);
    jobsWritten++;
    if (record.remaining() < SnapshotRecord.JOB_BYTES) {
      emitJobs();
      start(SnapshotRecord.JOBS);
    }
    var bytes = jobs.bodyBytes(slot);
    record
        .putLong(jobs.id(slot))
        .putLong(jobs.order(slot))
        .putLong(jobs.createdNs(slot))
        .putLong(jobs.deadlineNs(slot))
        .putLong(jobs.delayNs(slot))
        .putLong(jobs.ttrNs(slot))
        .putLong(sink.location(jobs.id(slot), jobs.bodyRef(slot), bytes, jobs.bodyCrc32c(slot)))
        .putInt(bytes)
        .putInt(jobs.bodyCrc32c(slot))
        .putInt((int) jobs.priority(slot))
        .putInt(jobs.tube(slot))
        .putInt(jobs.holder(slot))
        .putInt(jobs.reserves(slot))
        .putInt(jobs.timeouts(slot))
        .putInt(jobs.releases(slot))
        .putInt(jobs.buries(slot))
        .putInt(jobs.kicks(slot))
        .put((byte) jobs.state(slot).code());
  }

  private void emitJobs() {
    if (record.position() > 1) {
      emit(record);
    }
  }

  private ByteBuffer start(byte kind) {
    return record.clear().put(kind);
  }

  private void emit(ByteBuffer full) {
    sink.record(full.flip());
  }

  private void writeHead() {
    emit(
        start(SnapshotRecord.HEAD)
            .putInt(SnapshotRecord.VERSION)
            .putInt(state.sessions.epoch())
            .putLong(state.nowNs)
            .putLong(state.lastJob)
            .putLong(state.burials)
            .putLong(state.waits)
            .putLong(state.totalJobs)
            .putLong(state.timeouts)
            .putLong(state.tubes.created()));
  }

  private void writeTubes() {
    for (var i = 0; i < state.tubes.size(); i++) {
      var tube = state.tubes.get(i);
      emit(
          start(SnapshotRecord.TUBE)
              .putInt(tube.slot)
              .putLong(tube.ordinal)
              .putLong(tube.total)
              .putLong(tube.deletes)
              .putLong(tube.pauses)
              .putLong(tube.pauseNs)
              .putLong(tube.pausedUntilNs)
              .putShort((short) tube.name.length())
              .put(tube.name.bytes()));
    }
  }

  private void writeSessions() {
    var sessions = state.sessions;
    for (var slot = 0; slot < sessions.slotLimit(); slot++) {
      if (sessions.isTaken(slot)) {
        writeSession(sessions.at(slot));
      }
    }
  }

  private void writeSession(Session session) {
    var flags =
        (session.waiting ? SnapshotRecord.WAITING : 0)
            | (session.producer ? SnapshotRecord.PRODUCER : 0)
            | (session.worker ? SnapshotRecord.WORKER : 0)
            | (session.closing ? SnapshotRecord.CLOSING : 0);
    emit(
        start(SnapshotRecord.SESSION)
            .putInt(session.slot)
            .putInt(session.id.epoch())
            .putLong(session.id.number())
            .putInt(session.closing ? 0 : session.used.slot)
            .put((byte) flags)
            .putLong(session.waitNumber)
            .putLong(session.waitUntilNs));
    var watches = session.watches;
    for (var from = 0; from < watches.size(); from += SnapshotRecord.WATCHES_MAX) {
      var to = Math.min(from + SnapshotRecord.WATCHES_MAX, watches.size());
      start(SnapshotRecord.WATCHES).putInt(session.slot).putInt(to - from);
      for (var watch : watches.subList(from, to)) {
        record.putInt(watch.tube.slot);
      }
      emit(record);
    }
  }

  private void writeWork(BulkWork work) {
    start(SnapshotRecord.WORK);
    switch (work) {
      case BulkWork.Closing(var session) ->
          record.put(SnapshotRecord.WORK_CLOSING).putInt(session.slot);
      case BulkWork.Kicking kicking ->
          record
              .put(SnapshotRecord.WORK_KICKING)
              .putInt(kicking.to.epoch())
              .putLong(kicking.to.number())
              .putInt(kicking.tube.slot)
              .put((byte) kicking.from.code())
              .putLong(kicking.left)
              .putLong(kicking.done);
      case BulkWork.Clearing clearing ->
          record
              .put(SnapshotRecord.WORK_CLEARING)
              .putInt(clearing.to.epoch())
              .putLong(clearing.to.number())
              .putInt(clearing.tube.slot)
              .putLong(clearing.done);
    }
    emit(record);
  }
}
