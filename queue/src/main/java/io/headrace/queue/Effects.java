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

  /** A put's key is known: it put this job, which may be gone. */
  void known(SessionId to, long job);

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

  /** A policy was refused; nothing has changed. */
  void policyRefused(SessionId to, PolicyFault fault);

  /** A session has got a job: after so long a time in which it was ready. */
  void attemptBegan(TubeName tube, long waitedNs);

  /** An attempt has ended, after so long a time; how may turn out to be otherwise. */
  void attemptEnded(TubeName tube, AttemptEnd how, long ranNs);

  /** The holder has lost this job, since its time to run was over; it may well go on. */
  void attemptTimedOut(SessionId holder, long job);

  /** A policy has ended a job, or a drop of it is final. */
  void jobEnded(long job, TubeName tube, EndCause cause, OnEnd done);

  /** A job was tried {@link Limits#WARN_ATTEMPTS} times in vain, and no limit ends that. */
  void jobStruggles(long job, TubeName tube);

  /**
   * So many of a tube's workers die that none of its jobs is to blame, or that is over.
   *
   * @param beganNs when the first of those deaths was, nanoseconds since 1970
   * @param host where all of them were; "" when there is more than one such place
   */
  void tubeSick(TubeName tube, boolean sick, long beganNs, String host);
}
