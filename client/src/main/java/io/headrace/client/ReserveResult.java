package io.headrace.client;

/** What a reserve ended with. */
public sealed interface ReserveResult {
  /** The session holds this job now. */
  record Reserved(Job job) implements ReserveResult {}

  /** No job came in time. */
  record TimedOut() implements ReserveResult {}

  /** No job came, and one that the session holds runs out within a second. */
  record DeadlineSoon() implements ReserveResult {}
}
