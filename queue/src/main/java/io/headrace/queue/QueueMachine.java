package io.headrace.queue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** The queue itself: all state that a restart, a replica or a replay must agree on. */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class QueueMachine {
  private static UnsupportedOperationException soon() {
    return new UnsupportedOperationException("not yet");
  }

  public void apply(long stampNs, Command command, Effects effects) {
    throw soon();
  }

  public long nextDeadlineNs() {
    throw soon();
  }

  public boolean unfinished() {
    throw soon();
  }

  public int epoch() {
    throw soon();
  }

  public long lastStampNs() {
    throw soon();
  }

  public long lastJob() {
    throw soon();
  }

  public Optional<JobView> job(long job, long nowNs) {
    throw soon();
  }

  public long firstReady(TubeName tube) {
    throw soon();
  }

  public long firstDelayed(TubeName tube) {
    throw soon();
  }

  public long firstBuried(TubeName tube) {
    throw soon();
  }

  public List<JobView> jobs(TubeName tube, JobState state, int max, long nowNs) {
    throw soon();
  }

  public Optional<TubeView> tube(TubeName tube, long nowNs) {
    throw soon();
  }

  public QueueView totals() {
    throw soon();
  }

  public List<TubeName> tubes() {
    throw soon();
  }

  public TubeName used(SessionId session) {
    throw soon();
  }

  public List<TubeName> watched(SessionId session) {
    throw soon();
  }

  public MachineSnapshot snapshot(SnapshotSink sink) {
    throw soon();
  }

  public void restore(ByteBuffer record, BodyLoader bodies) {
    throw soon();
  }

  public void restored() {
    throw soon();
  }

  public void validate() {
    throw soon();
  }
}
