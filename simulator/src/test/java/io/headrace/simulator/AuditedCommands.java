package io.headrace.simulator;

import io.headrace.queue.Answer;
import io.headrace.queue.Attempt;
import io.headrace.queue.AttemptEnd;
import io.headrace.queue.Command;
import io.headrace.queue.EndCause;
import io.headrace.queue.EndRecord;
import io.headrace.queue.JobState;
import io.headrace.queue.JobView.Standing;
import io.headrace.queue.OnEnd;
import io.headrace.queue.PolicySettings;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;
import io.headrace.simulator.AuditedState.AuditedSession;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What commands do with jobs and tubes. */
final class AuditedCommands {
  private static final long DROPPED_KEPT_NS = 3_600_000_000_000L;

  private final AuditedState state;
  private final AuditedEnds ends;
  private final AuditedDeaths deaths;

  AuditedCommands(AuditedState state, AuditedEnds ends, AuditedDeaths deaths) {
    this.state = state;
    this.ends = ends;
    this.deaths = deaths;
  }

  /** Does what a command does that nobody is answered. */
  void applySilent(Command command) {
    switch (command) {
      case Command.BodyDamaged(var job) -> state.job(job).ifPresent(this::setAside);
      case Command.LastSent c -> c.jobs().forEach(job -> noteLastSent(job, c));
      case Command.SessionClose c -> state.session(c.by()).ifPresent(session -> close(session, c));
      case Command.SetDefaultPolicy(var settings) -> state.policy.defaults = settings;
      case Command.SetKeyWindow(var windowNs) -> state.keys.windowNs = windowNs;
      case Command.Restart _ ->
          List.copyOf(state.sessions.values())
              .forEach(session -> letGoAll(session, AttemptEnd.RESTART));
      default -> {}
    }
  }

  private void close(AuditedSession session, Command.SessionClose command) {
    session.lastSent = command.lastSent();
    switch (command.how()) {
      case QUIT, CLOSED -> letGoAll(session, AttemptEnd.RELEASED);
      case UNREACHABLE -> letGoAll(session, AttemptEnd.UNREACHABLE);
      case DIED -> {
        state.sessions.remove(session.id);
        deaths.ofSession(session);
      }
    }
  }

  private void letGoAll(AuditedSession session, AttemptEnd how) {
    state.sessions.remove(session.id);
    List<AuditedJob> held = state.held(session.id).toList();
    held.forEach(job -> ends.excuse(job, session, how, held.size() - 1));
  }

  private void setAside(AuditedJob job) {
    if (job.state != JobState.BURIED) {
      job.revive();
      job.buries++;
      job.bury(++state.burials);
    }
    job.cause = EndCause.DAMAGED;
    ends.due.add(AuditedEnds.ended(job.id, job.tube, EndCause.DAMAGED, OnEnd.BURY));
    job.endedNs = state.nowNs;
  }

  /** A session gets a job. */
  void hold(AuditedSession session, AuditedJob job) {
    boolean ready = job.state == JobState.READY;
    ends.due.add(AuditedEnds.began(job.tube, ready ? state.nowNs - job.sinceNs : 0));
    job.revive();
    job.state = JobState.RESERVED;
    job.holder = session.id;
    job.sinceNs = state.nowNs;
    job.untilNs = state.nowNs + job.ttrNs;
    job.touches = 0;
    job.reserves++;
  }

  private AuditedSession session(SessionId id) {
    return state.session(id).orElseThrow();
  }

  private Optional<AuditedJob> heldBy(SessionId by, long job) {
    return state.job(job).filter(j -> j.isHeldBy(by));
  }

  Optional<AuditedJob> delete(Command.Delete c) {
    Optional<AuditedJob> job = state.job(c.job());
    Optional<AuditedJob> gone = job.filter(j -> j.state != JobState.RESERVED || j.isHeldBy(c.by()));
    if (gone.isEmpty()) {
      job.ifPresent(other -> noteLate(other, c.by()));
    }
    gone.ifPresent(j -> {
      if (j.state == JobState.RESERVED) {
        ends.end(j, session(c.by()), AttemptEnd.DELETED, 0);
        ends.push(j, false, "");
      }
      state.remove(j);
    });
    return gone;
  }

  /** Somebody who has lost the job comes to delete it: once for each attempt, it ran twice. */
  private void noteLate(AuditedJob job, SessionId by) {
    lostBy(by, job)
        .filter(attempt -> attempt.lateNs() == 0)
        .ifPresent(attempt -> {
          replace(job, attempt, state.nowNs, attempt.lastSent());
          state.tube(job.tube).doubleRuns++;
        });
  }

  /** Somebody who has lost the job had said this: it is kept once for each attempt. */
  private void noteLastSent(long id, Command.LastSent said) {
    Optional.ofNullable(state.jobs.getOrDefault(id, state.dropped.get(id)))
        .ifPresent(job ->
            lostBy(said.holder(), job)
                .filter(attempt -> attempt.lastSent().isEmpty())
                .ifPresent(attempt -> replace(job, attempt, attempt.lateNs(), said.text())));
    state.endRecords.replaceAll(end -> end.job() == id ? noteLastSent(end, said) : end);
  }

  private static EndRecord noteLastSent(EndRecord end, Command.LastSent said) {
    return end.last()
        .filter(attempt -> attempt.how() == AttemptEnd.TIMED_OUT)
        .filter(attempt -> attempt.session().equals(said.holder()))
        .filter(attempt -> attempt.lastSent().isEmpty())
        .map(attempt ->
            new EndRecord(
                end.job(),
                end.tube(),
                end.cause(),
                end.atNs(),
                end.reserves(),
                end.bodyBytes(),
                end.bodyCrc32c(),
                Optional.of(copy(attempt, attempt.how(), attempt.lateNs(), said.text()))))
        .orElse(end);
  }

  /** The last attempt of a session, if its time was over. */
  private static Optional<Attempt> lostBy(SessionId by, AuditedJob job) {
    return job.attempts.reversed().stream()
        .filter(attempt -> attempt.session().equals(by))
        .findFirst()
        .filter(attempt -> attempt.how() == AttemptEnd.TIMED_OUT);
  }

  private static void replace(AuditedJob job, Attempt attempt, long lateNs, String lastSent) {
    job.attempts.set(job.attempts.indexOf(attempt), copy(attempt, attempt.how(), lateNs, lastSent));
  }

  static Attempt copy(Attempt attempt, AttemptEnd how, long lateNs, String lastSent) {
    return new Attempt(
        attempt.number(),
        attempt.session(),
        attempt.peer(),
        attempt.sinceNs(),
        attempt.untilNs(),
        how,
        attempt.touches(),
        attempt.beside(),
        lateNs,
        lastSent);
  }

  /** How a release is to be answered. */
  Answer release(Command.Release c) {
    Optional<AuditedJob> held = heldBy(c.by(), c.job());
    if (held.isEmpty()) {
      return Answer.NOT_FOUND;
    }
    AuditedJob job = held.get();
    ends.letGo(job, session(c.by()), AttemptEnd.RELEASED);
    job.priority = c.priority();
    job.delayNs = c.delayNs();
    job.releases++;
    job.makeReady(state.nowNs);
    if (ends.isExhausted(job, false)) {
      ends.finish(job, EndCause.EXHAUSTED);
      return Answer.BURIED;
    }
    job.settle(state.nowNs, c.delayNs());
    return Answer.RELEASED;
  }

  boolean bury(Command.Bury c) {
    Optional<AuditedJob> job = heldBy(c.by(), c.job());
    job.ifPresent(buried -> {
      ends.letGo(buried, session(c.by()), AttemptEnd.BURIED);
      buried.uncause();
      buried.priority = c.priority();
      buried.buries++;
      buried.bury(++state.burials);
    });
    return job.isPresent();
  }

  boolean touch(Command.Touch c) {
    Optional<AuditedJob> job = heldBy(c.by(), c.job());
    job.ifPresent(touched -> {
      touched.untilNs = state.nowNs + touched.ttrNs;
      touched.touches++;
    });
    return job.isPresent();
  }

  boolean kickJob(Command.KickJob c) {
    Optional<AuditedJob> job =
        state.job(c.job()).filter(j -> j.state == JobState.BURIED || j.state == JobState.DELAYED);
    job.ifPresent(this::kick);
    return job.isPresent();
  }

  private void kick(AuditedJob job) {
    job.revive();
    job.makeReady(state.nowNs);
    job.kicks++;
  }

  /** Kicks jobs of a tube; returns how many. */
  long kick(TubeName tube, long bound) {
    boolean buried = state.in(tube, JobState.BURIED).findAny().isPresent();
    List<AuditedJob> kicked =
        state
            .in(tube, buried ? JobState.BURIED : JobState.DELAYED)
            .sorted(
                buried
                    ? Comparator.<AuditedJob>comparingLong(job -> job.burial)
                    : AuditedJob.MATURITY)
            .limit(bound)
            .toList();
    kicked.forEach(this::kick);
    return kicked.size();
  }

  boolean retry(Command.RetryJob c) {
    Optional<AuditedJob> job = state.job(c.job()).filter(AuditedJob::isEnded);
    job.ifPresent(ended -> {
      kick(ended);
      ended.uncause();
      ended.forgive();
      ended.tube = ended.origin.orElse(ended.tube);
      ended.origin = Optional.empty();
    });
    return job.isPresent();
  }

  boolean drop(Command.DropJob c) {
    Optional<AuditedJob> job = state.job(c.job()).filter(AuditedJob::isEnded);
    job.ifPresent(ended -> {
      state.jobs.remove(ended.id);
      state.dropped.put(ended.id, ended);
      ended.state = JobState.BURIED;
      ended.untilNs = state.nowNs + DROPPED_KEPT_NS;
    });
    return job.isPresent();
  }

  boolean undrop(Command.UndropJob c) {
    Optional<AuditedJob> job = Optional.ofNullable(state.dropped.remove(c.job()));
    job.ifPresent(back -> {
      state.jobs.put(back.id, back);
      back.lane = back.cause == EndCause.POISONED ? Standing.SUSPECT : Standing.PLAIN;
      back.bury(++state.burials);
    });
    return job.isPresent();
  }

  boolean died(Command.Died c) {
    long docket = ++state.lastJob;
    Optional<AuditedJob> job = heldBy(c.by(), c.job());
    job.ifPresent(dead -> {
      state.putAway(docket, dead, c.signature(), c.body());
      deaths.ofJob(dead, session(c.by()));
    });
    return job.isPresent();
  }

  boolean docket(Command.Docket c) {
    long docket = ++state.lastJob;
    Optional<AuditedJob> job = heldBy(c.by(), c.job());
    job.ifPresent(held -> state.putAway(docket, held, c.signature(), c.body()));
    return job.isPresent();
  }

  boolean pause(Command.PauseTube c) {
    if (!state.exists(c.tube())) {
      return false;
    }
    state.tube(c.tube()).pausedUntilNs = c.delayNs() == 0 ? 0 : state.nowNs + c.delayNs();
    return true;
  }

  void setPolicy(TubeName tube, PolicySettings own) {
    AuditedTube changed = state.tube(tube);
    changed.own = own;
    changed.nextDeliveryNs = 0;
    changed.throttledUntilNs = 0;
  }

  /** Deletes what nobody holds of a tube. */
  List<AuditedJob> clear(TubeName tube) {
    List<AuditedJob> gone =
        state.jobs.values().stream()
            .filter(job -> job.tube.equals(tube) && job.state != JobState.RESERVED)
            .toList();
    gone.forEach(state::remove);
    return gone;
  }
}
