package io.headrace.simulator;

import io.headrace.queue.Attempt;
import io.headrace.queue.Body;
import io.headrace.queue.EndCause;
import io.headrace.queue.JobState;
import io.headrace.queue.JobView.Standing;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What the auditor knows of a job. */
final class AuditedJob {
  static final SessionId NOBODY = new SessionId(0, 0);

  /** The order in which ready jobs are handed out, as the protocol states it. */
  static final Comparator<AuditedJob> DELIVERY =
      Comparator.<AuditedJob>comparingLong(job -> job.priority).thenComparingLong(job -> job.id);

  static final Comparator<AuditedJob> MATURITY =
      Comparator.<AuditedJob>comparingLong(job -> job.untilNs).thenComparingLong(job -> job.id);

  private static final int ATTEMPTS_KEPT = 16;

  final long id;
  TubeName tube;
  final long ttrNs;
  final long createdNs;
  final Body body;
  JobState state = JobState.READY;
  long priority;
  long delayNs;

  /** When a delay, a reservation, or the time of a dropped job ends. */
  long untilNs;

  /** Since when it is ready, or held. */
  long sinceNs;

  SessionId holder = NOBODY;
  long burial;
  int reserves;
  int timeouts;
  int releases;
  int buries;
  int kicks;

  Standing lane = Standing.PLAIN;
  int deaths;
  int strikes;
  int excused;
  int touches;
  EndCause cause = EndCause.NONE;
  long endedNs;
  Optional<TubeName> origin = Optional.empty();
  final List<Attempt> attempts = new ArrayList<>();
  long docket;
  String signature = "";

  AuditedJob(long id, TubeName tube, long priority, long ttrNs, long createdNs, Body body) {
    this.id = id;
    this.tube = tube;
    this.priority = priority;
    this.ttrNs = ttrNs;
    this.createdNs = createdNs;
    this.body = body;
  }

  boolean isHeldBy(SessionId session) {
    return state == JobState.RESERVED && holder.equals(session);
  }

  boolean isSuspect() {
    return lane == Standing.SUSPECT;
  }

  void makeReady(long nowNs) {
    state = JobState.READY;
    holder = NOBODY;
    sinceNs = nowNs;
  }

  /** Ready now, or after this time. */
  void settle(long nowNs, long forNs) {
    makeReady(nowNs);
    if (forNs > 0) {
      state = JobState.DELAYED;
      untilNs = nowNs + forNs;
    }
  }

  void bury(long number) {
    state = JobState.BURIED;
    holder = NOBODY;
    burial = number;
  }

  /** Its deaths are forgotten. */
  void forgive() {
    deaths = 0;
    strikes = 0;
  }

  void uncause() {
    cause = EndCause.NONE;
    endedNs = 0;
  }

  /** Somebody takes it out of where it was set aside. */
  void revive() {
    if (lane == Standing.CONDEMNED) {
      lane = Standing.SUSPECT;
    }
    if (state == JobState.BURIED) {
      uncause();
      forgive();
    }
  }

  /** Whether it may be retried and dropped. */
  boolean isEnded() {
    return switch (state) {
      case BURIED -> true;
      case READY, DELAYED -> cause != EndCause.NONE;
      case RESERVED -> false;
    };
  }

  /** The first attempt is kept, and the last ones. */
  void note(Attempt attempt) {
    attempts.add(attempt);
    if (attempts.size() > ATTEMPTS_KEPT) {
      attempts.remove(1);
    }
  }

  @Override
  public String toString() {
    return String.format(
        "job %d in %s %s %s pri %d until %d holder %s, %d deaths, %d strikes, %s",
        id, tube, state, lane, priority, untilNs, holder, deaths, strikes, cause);
  }
}
