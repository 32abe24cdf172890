package io.headrace.simulator;

import io.headrace.queue.JobState;
import io.headrace.queue.JobView;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a queue should hold, kept in the plainest way there is: every question is a search. */
final class AuditedState {
  static final long MARGIN_NS = 1_000_000_000;

  /** A session with what it may do. */
  static final class AuditedSession {
    final SessionId id;
    TubeName used = TubeName.DEFAULT;
    final Set<TubeName> watched = new LinkedHashSet<>(Set.of(TubeName.DEFAULT));

    /** Its place in the queue of those who wait; 0 when it does not. */
    long waitNumber;

    long waitUntilNs;

    AuditedSession(SessionId id) {
      this.id = id;
    }

    boolean waits() {
      return waitNumber > 0;
    }
  }

  final TreeMap<Long, AuditedJob> jobs = new TreeMap<>();
  final Map<SessionId, AuditedSession> sessions = new LinkedHashMap<>();
  final Map<TubeName, Long> pausedUntilNs = new LinkedHashMap<>();
  long nowNs;
  long lastJob;
  long waits;
  long burials;

  Optional<AuditedJob> job(long id) {
    return Optional.ofNullable(jobs.get(id));
  }

  Optional<AuditedSession> session(SessionId id) {
    return Optional.ofNullable(sessions.get(id));
  }

  /** Delays, reservations and pauses end whose time has come. */
  void takeDue() {
    for (AuditedJob job : jobs.values()) {
      if (job.state == JobState.DELAYED && job.untilNs <= nowNs) {
        job.makeReady();
      } else if (job.state == JobState.RESERVED && job.untilNs <= nowNs) {
        job.makeReady();
        job.timeouts++;
      }
    }
    pausedUntilNs.values().removeIf(until -> until <= nowNs);
  }

  /** The job that this session must be given next. */
  Optional<AuditedJob> next(AuditedSession session) {
    return jobs.values().stream()
        .filter(job -> job.state == JobState.READY)
        .filter(job -> session.watched.contains(job.tube))
        .filter(job -> !pausedUntilNs.containsKey(job.tube))
        .min(AuditedJob.DELIVERY);
  }

  boolean losesSoon(AuditedSession session) {
    return held(session.id).anyMatch(job -> job.untilNs - nowNs <= MARGIN_NS);
  }

  Stream<AuditedJob> held(SessionId session) {
    return jobs.values().stream().filter(job -> job.isHeldBy(session));
  }

  Stream<AuditedJob> in(TubeName tube, JobState state) {
    return jobs.values().stream().filter(job -> job.tube.equals(tube) && job.state == state);
  }

  boolean exists(TubeName tube) {
    return tube.equals(TubeName.DEFAULT)
        || sessions.values().stream().anyMatch(s -> s.used.equals(tube) || s.watched.contains(tube))
        || jobs.values().stream().anyMatch(job -> job.tube.equals(tube));
  }

  /** A pause ends with its tube. */
  void dropUnusedTubes() {
    pausedUntilNs.keySet().removeIf(tube -> !exists(tube));
  }

  void end(AuditedSession session) {
    held(session.id).forEach(AuditedJob::makeReady);
    sessions.remove(session.id);
  }

  /** Compares every job with what the machine says of it. */
  void compare(QueueMachine machine) {
    for (AuditedJob job : jobs.values()) {
      Optional<JobView> seen = machine.job(job.id, nowNs);
      Violation.unless(seen.isPresent(), "G7: %s is gone", job);
      Violation.unless(agrees(job, seen.get()), "the machine says %s of %s", seen.get(), job);
    }
    var totals = machine.totals();
    long counted = totals.ready() + totals.reserved() + totals.delayed() + totals.buried();
    Violation.unless(
        counted == jobs.size(), "the machine has %d jobs instead of %d", counted, jobs.size());
    long waiting = sessions.values().stream().filter(AuditedSession::waits).count();
    Violation.unless(
        totals.waiting() == waiting, "%d sessions wait instead of %d", totals.waiting(), waiting);
    Violation.unless(machine.lastJob() == lastJob, "the last id is not %d", lastJob);
    for (TubeName tube : pausedUntilNs.keySet()) {
      long left = machine.tube(tube, nowNs).orElseThrow().pauseLeftNs();
      Violation.unless(
          left == pausedUntilNs.get(tube) - nowNs, "the pause of %s ends at another time", tube);
    }
  }

  private boolean agrees(AuditedJob job, JobView seen) {
    long leftNs =
        switch (job.state) {
          case DELAYED, RESERVED -> job.untilNs - nowNs;
          case READY, BURIED -> 0;
        };
    return seen.state() == job.state
        && seen.tube().equals(job.tube)
        && seen.priority() == job.priority
        && seen.delayNs() == job.delayNs
        && seen.ttrNs() == job.ttrNs
        && seen.timeLeftNs() == leftNs
        && seen.ageNs() == nowNs - job.createdNs
        && seen.reserves() == job.reserves
        && seen.timeouts() == job.timeouts
        && seen.releases() == job.releases
        && seen.buries() == job.buries
        && seen.kicks() == job.kicks;
  }
}
