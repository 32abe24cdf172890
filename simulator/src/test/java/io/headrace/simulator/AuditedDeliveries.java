package io.headrace.simulator;

import io.headrace.queue.JobState;
import io.headrace.queue.PolicyKey;
import io.headrace.queue.TubeName;
import io.headrace.simulator.AuditedState.AuditedSession;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Who may have which job now. */
final class AuditedDeliveries {
  private static final long MARGIN_NS = 1_000_000_000;
  private static final long SUSPECT_WAIT_NS = 60_000_000_000L;

  private final AuditedState state;

  /** Suspects that somebody had to get by now, if they were not served meanwhile. */
  private Set<Long> overdue = new HashSet<>();

  AuditedDeliveries(AuditedState state) {
    this.state = state;
  }

  /** Whether nothing of the tube is delivered by a reserve. */
  private boolean isHeldBack(TubeName name) {
    AuditedTube tube = state.tube(name);
    long most = state.policy.value(name, PolicyKey.MAX_RUNNING);
    return tube.isPaused(state.nowNs)
        || tube.isThrottled(state.nowNs)
        || (most > 0 && state.in(name, JobState.RESERVED).count() >= most);
  }

  private boolean mayRiskSuspect(TubeName tube) {
    long watching = state.sessions.values().stream().filter(s -> s.watched.contains(tube)).count();
    long share = watching * state.policy.value(tube, PolicyKey.SUSPECT_SHARE) / 100;
    long out = state.in(tube, JobState.RESERVED).filter(AuditedJob::isSuspect).count();
    return out < Math.max(1, share);
  }

  private boolean holdsSuspect(AuditedSession session) {
    return state.held(session.id).anyMatch(AuditedJob::isSuspect);
  }

  private boolean holdsNothing(AuditedSession session) {
    return state.held(session.id).findAny().isEmpty();
  }

  /** Whether this session may be given this ready job, in its turn. */
  private boolean mayHave(AuditedSession session, AuditedJob job) {
    return session.watched.contains(job.tube)
        && !isHeldBack(job.tube)
        && !holdsSuspect(session)
        && (!job.isSuspect() || (holdsNothing(session) && mayRiskSuspect(job.tube)));
  }

  /** The job that this session must be given next. */
  Optional<AuditedJob> next(AuditedSession session) {
    return state.jobs.values().stream()
        .filter(job -> job.state == JobState.READY)
        .sorted(AuditedJob.DELIVERY)
        .filter(job -> mayHave(session, job))
        .findFirst();
  }

  boolean isExpired(AuditedJob job) {
    long afterNs = state.policy.value(job.tube, PolicyKey.EXPIRES_AFTER);
    return afterNs > 0 && state.nowNs >= job.createdNs + afterNs;
  }

  boolean losesSoon(AuditedSession session) {
    return state.held(session.id).anyMatch(job -> job.untilNs - state.nowNs <= MARGIN_NS);
  }

  /** Those who wait for jobs of the tube and may have any. */
  private Stream<AuditedSession> waiting(TubeName tube) {
    return state.sessions.values().stream()
        .filter(AuditedSession::waits)
        .filter(session -> session.watched.contains(tube) && !holdsSuspect(session));
  }

  /** Who gets this job though it is a suspect and nobody may have it, if it has waited enough. */
  Optional<AuditedSession> relieved(AuditedJob job) {
    Optional<AuditedJob> first =
        state.in(job.tube, JobState.READY).filter(AuditedJob::isSuspect).min(AuditedJob.DELIVERY);
    boolean stuck =
        first.equals(Optional.of(job))
            && state.nowNs - job.sinceNs >= SUSPECT_WAIT_NS
            && !isHeldBack(job.tube)
            && mayRiskSuspect(job.tube)
            && waiting(job.tube).noneMatch(this::holdsNothing);
    return stuck
        ? waiting(job.tube)
            .min(
                Comparator.<AuditedSession>comparingLong(s -> state.held(s.id).count())
                    .thenComparingLong(s -> s.waitNumber))
        : Optional.empty();
  }

  /** Nobody who waits longer may have the job. */
  void checkTurn(AuditedSession session, AuditedJob job) {
    for (AuditedSession other : state.sessions.values()) {
      boolean older = other.waits() && other.waitNumber < session.waitNumber;
      Violation.unless(
          !older || !mayHave(other, job),
          "%s gets %s before %s, which has waited longer",
          session.id,
          job,
          other.id);
    }
  }

  /** Nobody waits beside a job that it may have, or for too long. */
  void checkWaits() {
    for (AuditedSession session : state.sessions.values()) {
      if (session.waits()) {
        Violation.unless(next(session).isEmpty(), "%s waits beside %s", session.id, next(session));
        Violation.unless(
            session.waitUntilNs > state.nowNs && !losesSoon(session),
            "%s waits for too long",
            session.id);
      }
    }
    Set<Long> now = new HashSet<>();
    for (AuditedJob job : state.jobs.values()) {
      if (job.state == JobState.READY && job.isSuspect() && relieved(job).isPresent()) {
        Violation.unless(!overdue.contains(job.id), "%s is given to nobody", job);
        now.add(job.id);
      }
    }
    overdue = now;
  }
}
