package io.headrace.queue.model;

import io.headrace.queue.Answer;
import io.headrace.queue.AttemptEnd;
import io.headrace.queue.Effects;
import io.headrace.queue.EndCause;
import io.headrace.queue.OnEnd;
import io.headrace.queue.PolicyFault;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the effects of the machine in the order in which they came, but for the beginnings and ends
 * of attempts, which only clutter most tests.
 */
public class EffectList implements Effects {
  private final List<Effect> effects = new ArrayList<>();

  /** Returns what came since the last call. */
  public List<Effect> take() {
    List<Effect> taken = List.copyOf(effects);
    effects.clear();
    return taken;
  }

  final void add(Effect effect) {
    effects.add(effect);
  }

  @Override
  public void answer(SessionId to, Answer answer) {
    effects.add(new Effect.Said(to, answer));
  }

  @Override
  public void inserted(SessionId to, long job) {
    effects.add(new Effect.Inserted(to, job));
  }

  @Override
  public void known(SessionId to, long job) {
    effects.add(new Effect.Known(to, job));
  }

  @Override
  public void using(SessionId to, TubeName tube) {
    effects.add(new Effect.Using(to, tube));
  }

  @Override
  public void watching(SessionId to, int tubes) {
    effects.add(new Effect.Watching(to, tubes));
  }

  @Override
  public void reserved(SessionId to, long job, long bodyRef, int bodyBytes) {
    effects.add(new Effect.Reserved(to, job, bodyRef, bodyBytes));
  }

  @Override
  public void kicked(SessionId to, long jobs) {
    effects.add(new Effect.Kicked(to, jobs));
  }

  @Override
  public void cleared(SessionId to, long jobs) {
    effects.add(new Effect.Cleared(to, jobs));
  }

  @Override
  public void bodyFreed(long bodyRef, int bodyBytes) {
    effects.add(new Effect.Freed(bodyRef, bodyBytes));
  }

  @Override
  public void policyRefused(SessionId to, PolicyFault fault) {
    effects.add(new Effect.Refused(to, fault));
  }

  @Override
  public void attemptBegan(TubeName tube, long waitedNs) {}

  @Override
  public void attemptEnded(TubeName tube, AttemptEnd how, long ranNs) {}

  @Override
  public void attemptTimedOut(SessionId holder, long job) {}

  @Override
  public void jobEnded(long job, TubeName tube, EndCause cause, OnEnd done) {
    effects.add(new Effect.Ended(job, tube, cause, done));
  }

  @Override
  public void jobStruggles(long job, TubeName tube) {
    effects.add(new Effect.Struggles(job, tube));
  }

  @Override
  public void tubeSick(TubeName tube, boolean sick, long beganNs, String host) {
    effects.add(new Effect.Sick(tube, sick, beganNs, host));
  }
}
