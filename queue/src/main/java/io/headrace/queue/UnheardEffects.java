package io.headrace.queue;

/**
 * Effects that nobody hears, such as those of a replay: they were answered then, or never will be.
 * Whoever wants to hear some of them overrides those.
 */
public class UnheardEffects implements Effects {
  @Override
  public void answer(SessionId to, Answer answer) {}

  @Override
  public void inserted(SessionId to, long job) {}

  @Override
  public void known(SessionId to, long job) {}

  @Override
  public void using(SessionId to, TubeName tube) {}

  @Override
  public void watching(SessionId to, int tubes) {}

  @Override
  public void reserved(SessionId to, long job, long bodyRef, int bodyBytes) {}

  @Override
  public void kicked(SessionId to, long jobs) {}

  @Override
  public void cleared(SessionId to, long jobs) {}

  @Override
  public void bodyFreed(long bodyRef, int bodyBytes) {}

  @Override
  public void policyRefused(SessionId to, PolicyFault fault) {}

  @Override
  public void attemptBegan(TubeName tube, long waitedNs) {}

  @Override
  public void attemptEnded(TubeName tube, AttemptEnd how, long ranNs) {}

  @Override
  public void attemptTimedOut(SessionId holder, long job) {}

  @Override
  public void jobEnded(long job, TubeName tube, EndCause cause, OnEnd done) {}

  @Override
  public void jobStruggles(long job, TubeName tube) {}

  @Override
  public void tubeSick(TubeName tube, boolean sick, long beganNs, String host) {}
}
