package io.headrace.simulator;

import io.headrace.queue.Answer;
import io.headrace.queue.Command;
import io.headrace.queue.Effects;
import io.headrace.queue.JobState;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;
import io.headrace.simulator.AuditedState.AuditedSession;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Judges each effect of a machine by the guarantees, with rules of its own: one holder (G2),
 * fencing (G3), final deletes and fresh ids (G4), order (G5), time (G6), no job lost (G7).
 *
 * <p>Takes it that an entry never has more to do than {@link io.headrace.queue.Limits#CHANGES_MAX};
 * the simulation keeps fewer jobs than that.
 */
final class Auditor implements Effects {
  final AuditedState state = new AuditedState();
  private final TreeSet<Long> deleted = new TreeSet<>();
  private Command command = new Command.Tick();
  private boolean answered;
  private boolean closed;

  /** An entry is about to be applied. */
  void begin(long stampNs, Command next) {
    command = next;
    answered = false;
    closed = false;
    state.nowNs = Math.max(state.nowNs, stampNs);
    state.takeDue();
  }

  /** The entry has been applied. */
  void end(QueueMachine machine) {
    switch (command) {
      case Command.SessionOpen(var by) -> state.sessions.put(by, new AuditedSession(by));
      case Command.SkipId _ -> state.lastJob++;
      case Command.BodyDamaged(var job) -> state.job(job).ifPresent(this::setAside);
      case Command.Restart _ -> List.copyOf(state.sessions.values()).forEach(state::end);
      case Command.Reserve c -> waitUnlessAnswered(c);
      case Command.SessionClose _ -> closeOnce();
      case Command.Put c when state.session(c.by()).isEmpty() -> state.lastJob++;
      case Command.OfSession c ->
          Violation.unless(
              answered || c instanceof Command.CancelReserve || state.session(c.by()).isEmpty(),
              "G11: %s is not answered",
              c);
      case Command.Tick _, Command.Continue _ -> {}
    }
    state.dropUnusedTubes();
    Violation.unless(!machine.unfinished(), "%s leaves work over", command);
    for (AuditedSession session : state.sessions.values()) {
      if (session.waits()) {
        Violation.unless(
            state.next(session).isEmpty(), "%s waits beside %s", session.id, state.next(session));
        Violation.unless(
            session.waitUntilNs > state.nowNs && !state.losesSoon(session),
            "%s waits for too long",
            session.id);
      }
    }
  }

  private void waitUnlessAnswered(Command.Reserve reserve) {
    Optional<AuditedSession> session = state.session(reserve.by());
    if (session.isPresent() && !answered) {
      Violation.unless(reserve.timeoutNs() != 0, "%s waits without a time-out", reserve.by());
      session.get().waitNumber = ++state.waits;
      session.get().waitUntilNs =
          reserve.timeoutNs() == Command.FOREVER
              ? Long.MAX_VALUE
              : state.nowNs + reserve.timeoutNs();
    }
  }

  private void closeOnce() {
    if (!closed && command instanceof Command.SessionClose(var by)) {
      closed = true;
      state.session(by).ifPresent(state::end);
    }
  }

  private AuditedSession open(SessionId to) {
    Optional<AuditedSession> session = state.session(to);
    Violation.unless(session.isPresent(), "%s is answered and not open", to);
    return session.get();
  }

  /** The command that is being answered, once. */
  private Command.OfSession asked(SessionId by) {
    Violation.unless(
        !answered && command instanceof Command.OfSession c && c.by().equals(by),
        "G11: %s is answered beside %s",
        by,
        command);
    answered = true;
    return (Command.OfSession) command;
  }

  @Override
  public void reserved(SessionId to, long id, long bodyRef, int bodyBytes) {
    AuditedSession session = open(to);
    Optional<AuditedJob> found = state.job(id);
    Violation.unless(found.isPresent(), "G4: job %d is delivered and does not exist", id);
    AuditedJob job = found.get();
    if (job.state != JobState.READY) {
      closeOnce();
    }
    Violation.unless(job.state != JobState.RESERVED, "G2: %s is delivered to %s", job, to);
    if (command instanceof Command.ReserveJob(var by, var asked) && by.equals(to) && asked == id) {
      asked(to);
    } else {
      deliver(session, job);
    }
    job.state = JobState.RESERVED;
    job.holder = to;
    job.untilNs = state.nowNs + job.ttrNs;
    job.reserves++;
  }

  private void deliver(AuditedSession session, AuditedJob job) {
    Violation.unless(job.state == JobState.READY, "G6: %s is delivered", job);
    Optional<AuditedJob> next = state.next(session);
    Violation.unless(
        next.isPresent() && next.get() == job,
        "G5: %s gets %s instead of %s",
        session.id,
        job,
        next);
    if (session.waits()) {
      for (AuditedSession other : state.sessions.values()) {
        boolean older = other.waits() && other.waitNumber < session.waitNumber;
        Violation.unless(
            !older || !other.watched.contains(job.tube),
            "%s gets %s before %s, which has waited longer",
            session.id,
            job,
            other.id);
      }
      session.waitNumber = 0;
    } else {
      Violation.unless(asked(session.id) instanceof Command.Reserve, "a job nobody asked for");
    }
  }

  @Override
  public void answer(SessionId to, Answer answer) {
    AuditedSession session = open(to);
    if (session.waits() && (answer == Answer.TIMED_OUT || answer == Answer.DEADLINE_SOON)) {
      endWait(session, answer);
      return;
    }
    boolean right =
        switch (asked(to)) {
          case Command.Delete c -> isRight(answer, Answer.DELETED, () -> delete(c));
          case Command.Release c -> isRight(answer, Answer.RELEASED, () -> release(c));
          case Command.Bury c -> isRight(answer, Answer.BURIED, () -> bury(c));
          case Command.Touch c -> isRight(answer, Answer.TOUCHED, () -> touch(c));
          case Command.KickJob c -> isRight(answer, Answer.JOB_KICKED, () -> kickJob(c));
          case Command.PauseTube c -> isRight(answer, Answer.PAUSED, () -> pause(c));
          case Command.ClearTube c -> answer == Answer.NOT_FOUND && !state.exists(c.tube());
          case Command.ReserveJob c ->
              answer == Answer.NOT_FOUND
                  && state.job(c.job()).filter(j -> j.state != JobState.RESERVED).isEmpty();
          case Command.Ignore c ->
              answer == Answer.NOT_IGNORED
                  && session.watched.size() == 1
                  && session.watched.contains(c.tube());
          case Command.Reserve c -> answer == emptyHanded(session, c);
          default -> false;
        };
    Violation.unless(right, "G3: %s is answered with %s", command, answer);
  }

  private interface Change {
    /** Makes the change, if it is allowed. */
    boolean tried();
  }

  private static boolean isRight(Answer answer, Answer success, Change change) {
    return answer == (change.tried() ? success : Answer.NOT_FOUND);
  }

  private void endWait(AuditedSession session, Answer answer) {
    boolean byItself =
        switch (command) {
          case Command.CancelReserve(var by) -> by.equals(session.id);
          case Command.SessionClose(var by) -> by.equals(session.id);
          default -> false;
        };
    if (answer == Answer.DEADLINE_SOON) {
      Violation.unless(state.losesSoon(session), "G6: %s is warned too early", session.id);
    } else {
      Violation.unless(
          byItself || session.waitUntilNs <= state.nowNs,
          "G6: the wait of %s ends too early",
          session.id);
    }
    session.waitNumber = 0;
  }

  private Answer emptyHanded(AuditedSession session, Command.Reserve reserve) {
    if (state.next(session).isPresent()) {
      return Answer.OUT_OF_MEMORY;
    }
    if (state.losesSoon(session)) {
      return Answer.DEADLINE_SOON;
    }
    return reserve.timeoutNs() == 0 ? Answer.TIMED_OUT : Answer.OUT_OF_MEMORY;
  }

  private boolean delete(Command.Delete c) {
    Optional<AuditedJob> job =
        state.job(c.job()).filter(j -> j.state != JobState.RESERVED || j.isHeldBy(c.by()));
    job.ifPresent(gone -> {
      state.jobs.remove(gone.id);
      deleted.add(gone.id);
    });
    return job.isPresent();
  }

  private Optional<AuditedJob> heldBy(SessionId by, long job) {
    return state.job(job).filter(j -> j.isHeldBy(by));
  }

  private boolean release(Command.Release c) {
    Optional<AuditedJob> job = heldBy(c.by(), c.job());
    job.ifPresent(released -> {
      released.priority = c.priority();
      released.releases++;
      released.settle(state.nowNs, c.delayNs());
    });
    return job.isPresent();
  }

  private boolean bury(Command.Bury c) {
    Optional<AuditedJob> job = heldBy(c.by(), c.job());
    job.ifPresent(buried -> {
      buried.makeReady();
      buried.state = JobState.BURIED;
      buried.priority = c.priority();
      buried.buries++;
      buried.burial = ++state.burials;
    });
    return job.isPresent();
  }

  private void setAside(AuditedJob job) {
    if (job.state != JobState.BURIED) {
      job.makeReady();
      job.state = JobState.BURIED;
      job.buries++;
      job.burial = ++state.burials;
    }
  }

  private boolean touch(Command.Touch c) {
    Optional<AuditedJob> job = heldBy(c.by(), c.job());
    job.ifPresent(touched -> touched.untilNs = state.nowNs + touched.ttrNs);
    return job.isPresent();
  }

  private boolean kickJob(Command.KickJob c) {
    Optional<AuditedJob> job =
        state.job(c.job()).filter(j -> j.state == JobState.BURIED || j.state == JobState.DELAYED);
    job.ifPresent(this::kick);
    return job.isPresent();
  }

  private void kick(AuditedJob job) {
    job.makeReady();
    job.kicks++;
  }

  private boolean pause(Command.PauseTube c) {
    if (!state.exists(c.tube())) {
      return false;
    }
    if (c.delayNs() == 0) {
      state.pausedUntilNs.remove(c.tube());
    } else {
      state.pausedUntilNs.put(c.tube(), state.nowNs + c.delayNs());
    }
    return true;
  }

  @Override
  public void inserted(SessionId to, long id) {
    AuditedSession session = open(to);
    Violation.unless(asked(to) instanceof Command.Put, "an id for %s", command);
    var put = (Command.Put) command;
    Violation.unless(
        id == ++state.lastJob && !deleted.contains(id), "G4: a put gets the id %d", id);
    var job = new AuditedJob(id, session.used, put.priority(), put.ttrNs(), state.nowNs);
    job.settle(state.nowNs, put.delayNs());
    state.jobs.put(id, job);
  }

  @Override
  public void using(SessionId to, TubeName tube) {
    boolean right = asked(to) instanceof Command.Use c && c.tube().equals(tube);
    Violation.unless(right, "%s uses %s", to, tube);
    open(to).used = tube;
  }

  @Override
  public void watching(SessionId to, int tubes) {
    AuditedSession session = open(to);
    switch (asked(to)) {
      case Command.Watch c -> session.watched.add(c.tube());
      case Command.Ignore c -> {
        Violation.unless(
            session.watched.size() > 1 || !session.watched.contains(c.tube()),
            "%s watches nothing any more",
            to);
        session.watched.remove(c.tube());
      }
      default -> throw new Violation("watching for " + command);
    }
    Violation.unless(tubes == session.watched.size(), "%s does not watch %d tubes", to, tubes);
  }

  @Override
  public void kicked(SessionId to, long count) {
    AuditedSession session = open(to);
    Violation.unless(asked(to) instanceof Command.Kick, "a kick for %s", command);
    long bound = ((Command.Kick) command).bound();
    List<AuditedJob> kicked =
        state
            .in(session.used, JobState.BURIED)
            .sorted(Comparator.comparingLong(job -> job.burial))
            .limit(bound)
            .toList();
    if (state.in(session.used, JobState.BURIED).findAny().isEmpty()) {
      kicked =
          state
              .in(session.used, JobState.DELAYED)
              .sorted(AuditedJob.MATURITY)
              .limit(bound)
              .toList();
    }
    Violation.unless(count == kicked.size(), "%d jobs are kicked instead of %s", count, kicked);
    kicked.forEach(this::kick);
  }

  @Override
  public void cleared(SessionId to, long count) {
    Violation.unless(asked(to) instanceof Command.ClearTube, "a clear for %s", command);
    TubeName tube = ((Command.ClearTube) command).tube();
    List<AuditedJob> gone =
        state.jobs.values().stream()
            .filter(job -> job.tube.equals(tube) && job.state != JobState.RESERVED)
            .toList();
    gone.forEach(job -> state.jobs.remove(job.id));
    gone.forEach(job -> deleted.add(job.id));
    Violation.unless(count == gone.size(), "%d jobs are cleared instead of %s", count, gone);
  }

  @Override
  public void bodyFreed(long bodyRef, int bodyBytes) {
    // The reference keeps the bodies, and counts them.
  }
}
