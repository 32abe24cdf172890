package io.headrace.queue;

import java.util.Optional;

/**
 * What is left of a job that a policy, or a drop, has ended for good.
 *
 * @param tube where it ended
 * @param atNs when, nanoseconds since 1970
 * @param reserves how often it was reserved
 * @param bodyBytes the length of its body, and {@code bodyCrc32c} the CRC32C
 * @param last its last attempt, if it had one that is known
 */
public record EndRecord(
    long job,
    TubeName tube,
    EndCause cause,
    long atNs,
    int reserves,
    int bodyBytes,
    int bodyCrc32c,
    Optional<Attempt> last) {
  /** With what somebody had sent last who lost the job to time; it is noted once. */
  EndRecord withLastSent(SessionId by, String text) {
    return last.filter(attempt -> attempt.timedOut(by) && attempt.lastSent().isEmpty())
        .map(attempt -> withLast(attempt.withLastSent(text)))
        .orElse(this);
  }

  private EndRecord withLast(Attempt attempt) {
    return new EndRecord(
        job, tube, cause, atNs, reserves, bodyBytes, bodyCrc32c, Optional.of(attempt));
  }
}
