package io.headrace.queue.model;

import io.headrace.queue.Answer;
import io.headrace.queue.AttemptEnd;
import io.headrace.queue.EndCause;
import io.headrace.queue.OnEnd;
import io.headrace.queue.PolicyFault;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;

/** One call of {@link io.headrace.queue.Effects}, kept as a value. */
public sealed interface Effect {
  /** To whom a body is said to be free. */
  SessionId NOBODY = new SessionId(-1, -1);

  /** The session that is told. */
  SessionId to();

  /** {@code Effects.answer}. */
  record Said(SessionId to, Answer answer) implements Effect {}

  /** {@code Effects.inserted}. */
  record Inserted(SessionId to, long job) implements Effect {}

  /** {@code Effects.known}. */
  record Known(SessionId to, long job) implements Effect {}

  /** {@code Effects.using}. */
  record Using(SessionId to, TubeName tube) implements Effect {}

  /** {@code Effects.watching}. */
  record Watching(SessionId to, int tubes) implements Effect {}

  /** {@code Effects.reserved}. */
  record Reserved(SessionId to, long job, long bodyRef, int bodyBytes) implements Effect {}

  /** {@code Effects.kicked}. */
  record Kicked(SessionId to, long jobs) implements Effect {}

  /** {@code Effects.cleared}. */
  record Cleared(SessionId to, long jobs) implements Effect {}

  /** {@code Effects.bodyFreed}. */
  record Freed(long bodyRef, int bodyBytes) implements ToNobody {}

  /** {@code Effects.policyRefused}. */
  record Refused(SessionId to, PolicyFault fault) implements Effect {}

  /** {@code Effects.attemptTimedOut}. */
  record TimedOut(SessionId to, long job) implements Effect {}

  /** What nobody in particular is told. */
  sealed interface ToNobody extends Effect {
    @Override
    default SessionId to() {
      return NOBODY;
    }
  }

  /** {@code Effects.jobEnded}. */
  record Ended(long job, TubeName tube, EndCause cause, OnEnd done) implements ToNobody {}

  /** {@code Effects.jobStruggles}. */
  record Struggles(long job, TubeName tube) implements ToNobody {}

  /** {@code Effects.tubeSick}. */
  record Sick(TubeName tube, boolean sick, long beganNs, String host) implements ToNobody {}

  /** {@code Effects.attemptBegan}. */
  record AttemptBegan(TubeName tube, long waitedNs) implements ToNobody {}

  /** {@code Effects.attemptEnded}. */
  record AttemptOver(TubeName tube, AttemptEnd how, long ranNs) implements ToNobody {}
}
