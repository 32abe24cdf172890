package io.headrace.queue;

/**
 * One reservation of a job that did not end with its delete: who had it, when, and how that ended.
 *
 * @param number counts the reservations of the job from 1
 * @param session who held it; {@code peer} is its address, "" where that is not known
 * @param sinceNs when it was reserved, nanoseconds since 1970; {@code untilNs} when that ended
 * @param touches how often the holder touched it
 * @param beside how many jobs the holder held beside it at the end
 * @param lateNs when the holder tried to delete it although another one had it by then: from the
 *     other's reservation until then it ran twice; 0 when it did not
 * @param lastSent the end of what the holder had sent when its connection ended or it lost the job
 *     to time, as {@link Command.SessionClose} and {@link Command.LastSent} say; "" where the
 *     attempt ended otherwise, or that is not known
 */
public record Attempt(
    int number,
    SessionId session,
    String peer,
    long sinceNs,
    long untilNs,
    AttemptEnd how,
    int touches,
    int beside,
    long lateNs,
    String lastSent) {
  /** Whether this holder lost the job to time. */
  boolean timedOut(SessionId by) {
    return how == AttemptEnd.TIMED_OUT && session.equals(by);
  }

  Attempt excused() {
    return new Attempt(
        number,
        session,
        peer,
        sinceNs,
        untilNs,
        AttemptEnd.RESTART,
        touches,
        beside,
        lateNs,
        lastSent);
  }

  Attempt late(long nowNs) {
    return new Attempt(
        number, session, peer, sinceNs, untilNs, how, touches, beside, nowNs, lastSent);
  }

  Attempt withLastSent(String text) {
    return new Attempt(number, session, peer, sinceNs, untilNs, how, touches, beside, lateNs, text);
  }
}
