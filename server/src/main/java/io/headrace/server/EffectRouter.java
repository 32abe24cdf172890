package io.headrace.server;

import io.headrace.journal.BodyStore;
import io.headrace.queue.Answer;
import io.headrace.queue.AttemptEnd;
import io.headrace.queue.Body;
import io.headrace.queue.Effects;
import io.headrace.queue.EndCause;
import io.headrace.queue.Invariant;
import io.headrace.queue.OnEnd;
import io.headrace.queue.PolicyFault;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;

/** Hands each effect to the session it is for, and tells the watch what concerns none. */
final class EffectRouter implements Effects {
  private final QueueMachine machine;
  private final BodyStore bodies;
  private final SpilledBodies spilled;
  private final TimeOuts timeOuts;
  private final OpenSessions open;
  private final Session nobody;

  /** Whose command is being applied: most effects are its own, and need no look-up. */
  Session asking;

  /** The epoch of the sessions that are open. */
  int epoch;

  /** When the entry is applied. */
  long nowNs;

  QueueWatch watch = QueueWatch.NOBODY;

  EffectRouter(
      QueueMachine machine,
      BodyStore bodies,
      SpilledBodies spilled,
      TimeOuts timeOuts,
      OpenSessions open,
      Session nobody) {
    this.machine = machine;
    this.bodies = bodies;
    this.spilled = spilled;
    this.timeOuts = timeOuts;
    this.open = open;
    this.nobody = nobody;
    this.asking = nobody;
  }

  private Session find(SessionId to) {
    Session by = asking;
    if (by.id().number() == to.number() && by.id().epoch() == to.epoch()) {
      return by.isGone() ? nobody : by;
    }
    return to.epoch() == epoch ? open.getOrDefault(to.number(), nobody) : nobody;
  }

  @Override
  public void answer(SessionId to, Answer answer) {
    if (answer == Answer.DIED || answer == Answer.DOCKET_KEPT) {
      // The docket has got the last id.
      spilled.put(machine.lastJob());
    }
    find(to).answered(answer);
  }

  @Override
  public void inserted(SessionId to, long job) {
    spilled.put(job);
    find(to).inserted(job);
  }

  @Override
  public void known(SessionId to, long job) {
    find(to).known(job);
  }

  @Override
  public void using(SessionId to, TubeName tube) {
    find(to).using(tube);
  }

  @Override
  public void watching(SessionId to, int tubes) {
    find(to).watching(tubes);
  }

  @Override
  public void reserved(SessionId to, long job, long bodyRef, int bodyBytes) {
    spilled.delivered(job);
    Session by = find(to);
    if (!Body.isSpilled(bodyRef)) {
      by.reserved(job, bodyRef, bodyBytes);
    } else {
      spilled.await(by, job, bodyBytes, machine.bodyCrc32c(job), true);
    }
  }

  @Override
  public void policyRefused(SessionId to, PolicyFault fault) {
    find(to).policyRefused(fault);
  }

  @Override
  public void attemptBegan(TubeName tube, long waitedNs) {
    watch.attemptBegan(tube, waitedNs);
  }

  @Override
  public void attemptEnded(TubeName tube, AttemptEnd how, long ranNs) {
    watch.attemptEnded(tube, how, ranNs);
  }

  @Override
  public void attemptTimedOut(SessionId holder, long job) {
    timeOuts.add(holder, find(holder).lastSent(), job);
  }

  @Override
  public void jobEnded(long job, TubeName tube, EndCause cause, OnEnd done) {
    watch.jobEnded(nowNs, job, tube, cause, done);
  }

  @Override
  public void jobStruggles(long job, TubeName tube) {
    watch.jobStruggles(nowNs, job, tube);
  }

  @Override
  public void tubeSick(TubeName tube, boolean sick, long beganNs, String host) {
    watch.tubeSick(nowNs, tube, sick, beganNs, host);
  }

  @Override
  public void kicked(SessionId to, long jobs) {
    find(to).kicked(jobs);
  }

  @Override
  public void cleared(SessionId to, long jobs) {
    find(to).cleared(jobs);
  }

  @Override
  public void bodyFreed(long bodyRef, int bodyBytes) {
    Invariant.check(bodyRef != BodyStore.NONE, "a job's body has a place");
    bodies.free(bodyRef, bodyBytes);
  }
}
