package io.headrace.queue.model;

import io.headrace.queue.Answer;
import io.headrace.queue.Effects;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;
import java.util.ArrayList;
import java.util.List;

/** Keeps the effects of the machine in the order in which they came. */
public final class EffectList implements Effects {
  private final List<Effect> effects = new ArrayList<>();

  /** Returns what came since the last call. */
  public List<Effect> take() {
    List<Effect> taken = List.copyOf(effects);
    effects.clear();
    return taken;
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
}
