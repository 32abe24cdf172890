package io.headrace.queue;

/**
 * What the queue answers, in the order in which it happened. Called while an entry is applied; must
 * not change the machine. A set of calls rather than of records: one entry often has exactly one
 * effect, and nothing is allocated for it.
 */
public interface Effects {
  /** Answers with one word. */
  void answer(SessionId to, Answer answer);

  /** A put was accepted; {@code job} is its id. */
  void inserted(SessionId to, long job);

  /** The session now uses this tube. */
  void using(SessionId to, TubeName tube);

  /** The session now watches this many tubes. */
  void watching(SessionId to, int tubes);

  /** The session holds this job now. The body stays where it is until {@link #bodyFreed}. */
  void reserved(SessionId to, long job, long bodyRef, int bodyBytes);

  /** A kick has made this many jobs ready. */
  void kicked(SessionId to, long jobs);

  /** A tube was cleared of this many jobs. */
  void cleared(SessionId to, long jobs);

  /**
   * No job refers to this body any more. Called once for each body of an accepted or refused put.
   */
  void bodyFreed(long bodyRef, int bodyBytes);
}
