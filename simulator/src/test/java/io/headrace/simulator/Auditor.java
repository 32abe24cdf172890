package io.headrace.simulator;

import io.headrace.queue.Answer;
import io.headrace.queue.AttemptEnd;
import io.headrace.queue.Command;
import io.headrace.queue.Effects;
import io.headrace.queue.EndCause;
import io.headrace.queue.JobState;
import io.headrace.queue.OnEnd;
import io.headrace.queue.PolicyFault;
import io.headrace.queue.PolicyKey;
import io.headrace.queue.PolicySettings;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;
import io.headrace.simulator.AuditedState.AuditedSession;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Judges each effect of a machine by the guarantees, with rules of its own: one holder (G2),
 * fencing (G3), final deletes and fresh ids (G4), order (G5), time (G6), no job lost (G7), and what
 * the policies of tubes say.
 *
 * <p>Takes it that an entry never has more to do than {@link io.headrace.queue.Limits#CHANGES_MAX};
 * the simulation keeps fewer jobs than that.
 */
final class Auditor implements Effects {
  final AuditedState state = new AuditedState();
  private final AuditedDeliveries deliveries = new AuditedDeliveries(state);
  private final AuditedEnds ends = new AuditedEnds(state);
  private final AuditedDeaths deaths = new AuditedDeaths(state, ends);
  private final AuditedTime time = new AuditedTime(state, ends, deaths);
  private final AuditedCommands commands = new AuditedCommands(state, ends, deaths);
  private final TreeSet<Long> deleted = new TreeSet<>();
  private final List<String> told = new ArrayList<>();
  private Command command = new Command.Tick();
  private boolean answered;
  private boolean applied;

  /** An entry is about to be applied. */
  void begin(long stampNs, Command next) {
    command = next;
    answered = false;
    applied = false;
    told.clear();
    ends.due.clear();
    state.nowNs = Math.max(state.nowNs, stampNs);
    time.takeDue();
    state.keys.forget(state.nowNs);
  }

  /** The entry has been applied. */
  void end(QueueMachine machine) {
    switch (command) {
      case Command.SessionOpen(var by, var peer) ->
          state.sessions.put(by, new AuditedSession(by, peer));
      case Command.SkipId _ -> state.lastJob++;
      case Command.Reserve c -> waitUnlessAnswered(c);
      case Command.BodyDamaged _,
          Command.LastSent _,
          Command.Restart _,
          Command.SetDefaultPolicy _,
          Command.SetKeyWindow _,
          Command.SessionClose _ ->
          applyOnce();
      case Command.WithBody c when state.session(c.by()).isEmpty() -> state.lastJob++;
      case Command.OfSession c ->
          Violation.unless(
              answered || c instanceof Command.CancelReserve || state.session(c.by()).isEmpty(),
              "G11: %s is not answered",
              c);
      case Command.Tick _, Command.Continue _ -> {}
    }
    state.dropUnusedTubes();
    Violation.unless(!machine.unfinished(), "%s leaves work over", command);
    told.sort(Comparator.naturalOrder());
    ends.due.sort(Comparator.naturalOrder());
    Violation.unless(told.equals(ends.due), "%s tells %s instead of %s", command, told, ends.due);
    deliveries.checkWaits();
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

  /** Does what a command does that is answered by nothing. */
  private void applyOnce() {
    if (!applied) {
      applied = true;
      commands.applySilent(command);
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
    if (job.state == JobState.RESERVED) {
      applyOnce();
    }
    Violation.unless(job.state != JobState.RESERVED, "G2: %s is delivered to %s", job, to);
    Violation.unless(!deliveries.isExpired(job), "%s is delivered and expired", job);
    if (command instanceof Command.ReserveJob(var by, var asked) && by.equals(to) && asked == id) {
      asked(to);
    } else {
      deliver(session, job);
    }
    commands.hold(session, job);
  }

  private boolean isNext(AuditedSession session, AuditedJob job) {
    return deliveries.next(session).equals(Optional.of(job));
  }

  private boolean isRelief(AuditedSession session, AuditedJob job) {
    return deliveries.relieved(job).equals(Optional.of(session));
  }

  private void deliver(AuditedSession session, AuditedJob job) {
    if (!isNext(session, job) && !isRelief(session, job)) {
      applyOnce();
    }
    Violation.unless(job.state == JobState.READY, "G6: %s is delivered", job);
    Violation.unless(
        isNext(session, job) || isRelief(session, job),
        "G5: %s gets %s instead of %s",
        session.id,
        job,
        deliveries.next(session));
    if (session.waits()) {
      deliveries.checkTurn(session, job);
      session.waitNumber = 0;
    } else {
      Violation.unless(asked(session.id) instanceof Command.Reserve, "a job nobody asked for");
    }
    state
        .tube(job.tube)
        .delivered(
            state.nowNs,
            state.policy.value(job.tube, PolicyKey.RATE_INTERVAL),
            state.policy.value(job.tube, PolicyKey.BURST));
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
          case Command.Release c -> answer == commands.release(c);
          case Command.Bury c -> isRight(answer, Answer.BURIED, () -> commands.bury(c));
          case Command.Touch c -> isRight(answer, Answer.TOUCHED, () -> commands.touch(c));
          case Command.KickJob c -> isRight(answer, Answer.JOB_KICKED, () -> commands.kickJob(c));
          case Command.RetryJob c -> isRight(answer, Answer.JOB_RETRIED, () -> commands.retry(c));
          case Command.DropJob c -> isRight(answer, Answer.JOB_DROPPED, () -> commands.drop(c));
          case Command.UndropJob c ->
              isRight(answer, Answer.JOB_UNDROPPED, () -> commands.undrop(c));
          case Command.Died c -> isRight(answer, Answer.DIED, () -> commands.died(c));
          case Command.Docket c -> isRight(answer, Answer.DOCKET_KEPT, () -> commands.docket(c));
          case Command.PauseTube c -> isRight(answer, Answer.PAUSED, () -> commands.pause(c));
          case Command.ClearTube c -> answer == Answer.NOT_FOUND && !state.exists(c.tube());
          case Command.SetPolicy c -> answer == Answer.POLICY_SET && isSet(c);
          case Command.Put c -> answer == Answer.OUT_OF_MEMORY && isRefused(session, c);
          case Command.PutKeyed c ->
              answer == Answer.OUT_OF_MEMORY
                  && state.keys.job(session.used, c.key()) == 0
                  && isRefused(session, c.put());
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

  private boolean delete(Command.Delete c) {
    Optional<AuditedJob> gone = commands.delete(c);
    gone.ifPresent(job -> deleted.add(job.id));
    return gone.isPresent();
  }

  private boolean isSet(Command.SetPolicy c) {
    PolicySettings own = state.policy.changed(c.tube(), c.set(), c.cleared());
    Optional<PolicyFault> fault = state.policy.fault(c.tube(), c.set(), own);
    Violation.unless(fault.isEmpty(), "%s becomes %s in spite of %s", c.tube(), own, fault);
    commands.setPolicy(c.tube(), own);
    return true;
  }

  @Override
  public void policyRefused(SessionId to, PolicyFault fault) {
    Violation.unless(asked(to) instanceof Command.SetPolicy, "a refused policy for %s", command);
    var c = (Command.SetPolicy) command;
    PolicySettings own = state.policy.changed(c.tube(), c.set(), c.cleared());
    Optional<PolicyFault> found = state.policy.fault(c.tube(), c.set(), own);
    Violation.unless(
        found.equals(Optional.of(fault)), "%s is refused by %s, not by %s", c, fault, found);
  }

  private boolean isRefused(AuditedSession session, Command.Put put) {
    state.lastJob++;
    return hasNoRoom(session.used, put.body().bytes());
  }

  private boolean hasNoRoom(TubeName tube, int bodyBytes) {
    long readyMax = state.policy.value(tube, PolicyKey.MAX_READY);
    long bytesMax = state.policy.value(tube, PolicyKey.MAX_BYTES);
    return (readyMax > 0 && state.in(tube, JobState.READY).count() >= readyMax)
        || (bytesMax > 0 && state.bodyBytes(tube) + bodyBytes > bytesMax);
  }

  private void endWait(AuditedSession session, Answer answer) {
    boolean byItself =
        switch (command) {
          case Command.CancelReserve(var by) -> by.equals(session.id);
          case Command.SessionClose(var by, _, _) -> by.equals(session.id);
          default -> false;
        };
    if (answer == Answer.DEADLINE_SOON) {
      Violation.unless(deliveries.losesSoon(session), "G6: %s is warned too early", session.id);
    } else {
      Violation.unless(
          byItself || session.waitUntilNs <= state.nowNs,
          "G6: the wait of %s ends too early",
          session.id);
    }
    session.waitNumber = 0;
  }

  private Answer emptyHanded(AuditedSession session, Command.Reserve reserve) {
    if (deliveries.next(session).isPresent()) {
      return Answer.OUT_OF_MEMORY;
    }
    if (deliveries.losesSoon(session)) {
      return Answer.DEADLINE_SOON;
    }
    return reserve.timeoutNs() == 0 ? Answer.TIMED_OUT : Answer.OUT_OF_MEMORY;
  }

  @Override
  public void inserted(SessionId to, long id) {
    AuditedSession session = open(to);
    var put =
        switch (asked(to)) {
          case Command.Put plain -> plain;
          case Command.PutKeyed(var keyed, var key) -> {
            state.keys.added(session.used, key, id, state.nowNs);
            yield keyed;
          }
          default -> throw new Violation("an id for " + command);
        };
    Violation.unless(
        id == ++state.lastJob && !deleted.contains(id), "G4: a put gets the id %d", id);
    Violation.unless(
        !hasNoRoom(session.used, put.body().bytes()), "%s takes job %d", session.used, id);
    var job =
        new AuditedJob(id, session.used, put.priority(), put.ttrNs(), state.nowNs, put.body());
    job.delayNs = put.delayNs();
    job.settle(state.nowNs, put.delayNs());
    state.jobs.put(id, job);
  }

  @Override
  public void known(SessionId to, long id) {
    AuditedSession session = open(to);
    Violation.unless(asked(to) instanceof Command.PutKeyed, "a known key for %s", command);
    long first = state.keys.job(session.used, ((Command.PutKeyed) command).key());
    Violation.unless(id == first, "%s: job %d is told instead of %d", command, id, first);
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
    long kicked = commands.kick(session.used, ((Command.Kick) command).bound());
    Violation.unless(count == kicked, "%d jobs are kicked instead of %d", count, kicked);
  }

  @Override
  public void cleared(SessionId to, long count) {
    Violation.unless(asked(to) instanceof Command.ClearTube, "a clear for %s", command);
    List<AuditedJob> gone = commands.clear(((Command.ClearTube) command).tube());
    gone.forEach(job -> deleted.add(job.id));
    Violation.unless(count == gone.size(), "%d jobs are cleared instead of %s", count, gone);
  }

  @Override
  public void attemptBegan(TubeName tube, long waitedNs) {
    told.add(AuditedEnds.began(tube, waitedNs));
  }

  @Override
  public void attemptEnded(TubeName tube, AttemptEnd how, long ranNs) {
    told.add(AuditedEnds.ended(tube, how, ranNs));
  }

  @Override
  public void attemptTimedOut(SessionId holder, long job) {
    told.add(AuditedEnds.timedOut(holder, job));
  }

  @Override
  public void jobEnded(long id, TubeName tube, EndCause cause, OnEnd done) {
    String what = AuditedEnds.ended(id, tube, cause, done);
    told.add(what);
    if (cause == EndCause.EXPIRED) {
      Optional<AuditedJob> job = state.job(id);
      Violation.unless(job.isPresent(), "%s, and does not exist", what);
      if (!mayExpire(job.get())) {
        applyOnce();
      }
      Violation.unless(mayExpire(job.get()), "%s: %s", what, job.get());
      ends.due.add(AuditedEnds.ended(id, job.get().tube, EndCause.EXPIRED, OnEnd.DROP));
      ends.removeFinally(job.get(), EndCause.EXPIRED);
    }
  }

  /** Whether a job is over that somebody would get now. */
  private boolean mayExpire(AuditedJob job) {
    if (!deliveries.isExpired(job) || job.state == JobState.RESERVED) {
      return false;
    }
    boolean wanted =
        switch (command) {
          case Command.ReserveJob c -> c.job() == job.id;
          case Command.Reserve c -> state.session(c.by()).filter(s -> isNext(s, job)).isPresent();
          default -> false;
        };
    return wanted
        || deliveries.relieved(job).isPresent()
        || state.sessions.values().stream().anyMatch(s -> s.waits() && isNext(s, job));
  }

  @Override
  public void jobStruggles(long job, TubeName tube) {
    told.add(AuditedEnds.struggles(job, tube));
  }

  @Override
  public void tubeSick(TubeName tube, boolean sick, long beganNs, String host) {
    told.add(AuditedEnds.sick(tube, sick, beganNs, host));
  }

  @Override
  public void bodyFreed(long bodyRef, int bodyBytes) {
    // The reference keeps the bodies, and counts them.
  }
}
