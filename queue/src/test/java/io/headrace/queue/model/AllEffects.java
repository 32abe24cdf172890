package io.headrace.queue.model;

import io.headrace.queue.AttemptEnd;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;

/** Keeps also the beginnings and ends of attempts. */
final class AllEffects extends EffectList {
  @Override
  public void attemptBegan(TubeName tube, long waitedNs) {
    add(new Effect.AttemptBegan(tube, waitedNs));
  }

  @Override
  public void attemptEnded(TubeName tube, AttemptEnd how, long ranNs) {
    add(new Effect.AttemptOver(tube, how, ranNs));
  }

  @Override
  public void attemptTimedOut(SessionId holder, long job) {
    add(new Effect.TimedOut(holder, job));
  }
}
