package io.headrace.simulator;

import io.headrace.queue.JobState;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;
import java.util.Comparator;

/** What the auditor knows of a job. */
final class AuditedJob {
  static final SessionId NOBODY = new SessionId(0, 0);

  /** The order in which ready jobs are handed out, as the protocol states it. */
  static final Comparator<AuditedJob> DELIVERY =
      Comparator.<AuditedJob>comparingLong(job -> job.priority).thenComparingLong(job -> job.id);

  static final Comparator<AuditedJob> MATURITY =
      Comparator.<AuditedJob>comparingLong(job -> job.untilNs).thenComparingLong(job -> job.id);

  final long id;
  final TubeName tube;
  final long ttrNs;
  final long createdNs;
  JobState state = JobState.READY;
  long priority;
  long delayNs;

  /** When a delay or a reservation ends. */
  long untilNs;

  SessionId holder = NOBODY;
  long burial;
  int reserves;
  int timeouts;
  int releases;
  int buries;
  int kicks;

  AuditedJob(long id, TubeName tube, long priority, long ttrNs, long createdNs) {
    this.id = id;
    this.tube = tube;
    this.priority = priority;
    this.ttrNs = ttrNs;
    this.createdNs = createdNs;
  }

  boolean isHeldBy(SessionId session) {
    return state == JobState.RESERVED && holder.equals(session);
  }

  void makeReady() {
    state = JobState.READY;
    holder = NOBODY;
  }

  void settle(long nowNs, long forNs) {
    makeReady();
    delayNs = forNs;
    if (forNs > 0) {
      state = JobState.DELAYED;
      untilNs = nowNs + forNs;
    }
  }

  @Override
  public String toString() {
    return String.format(
        "job %d in %s %s pri %d until %d holder %s", id, tube, state, priority, untilNs, holder);
  }
}
