package io.headrace.queue.model;

import io.headrace.queue.Answer;
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
  record Freed(long bodyRef, int bodyBytes) implements Effect {
    @Override
    public SessionId to() {
      return NOBODY;
    }
  }
}
