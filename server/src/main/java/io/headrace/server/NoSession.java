package io.headrace.server;

import io.headrace.queue.Answer;
import io.headrace.queue.Invariant;
import io.headrace.queue.PolicyFault;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.TubeName;

/** Whom answers go to when nobody is there: the loop's own entries, and sessions that are gone. */
final class NoSession extends Session {
  /** Needs no opening. */
  NoSession() {
    beginOpening();
    applied();
  }

  @Override
  public String peer() {
    return "the server itself";
  }

  @Override
  public SessionFacts facts() {
    return SessionFacts.NONE;
  }

  @Override
  protected String lastSent() {
    return "";
  }

  @Override
  public void endWait() {}

  @Override
  public void close() {}

  @Override
  protected void resume() {}

  @Override
  protected void flush() {}

  @Override
  protected void answered(Answer answer) {}

  @Override
  protected void policyRefused(PolicyFault fault) {}

  @Override
  protected void inserted(long job) {}

  @Override
  protected void known(long job) {}

  @Override
  protected void using(TubeName tube) {}

  @Override
  protected void watching(int tubes) {}

  @Override
  protected void reserved(long job, long bodyRef, int bodyBytes) {}

  @Override
  protected void found(long job, long bodyRef, int bodyBytes) {}

  @Override
  protected void bodyLost(long job) {}

  @Override
  protected void kicked(long jobs) {}

  @Override
  protected void cleared(long jobs) {}

  @Override
  protected void read(Query query, QueueMachine machine, long nowNs) {
    Invariant.check(false, "nobody asks in the name of nobody");
  }
}
