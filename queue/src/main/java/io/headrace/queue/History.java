package io.headrace.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The attempts of one job that did not end with its delete, and the evidence of the last death. */
final class History {
  final long job;

  /** Counts the histories ever begun. */
  final long number;

  private final List<Attempt> attempts = new ArrayList<>(1);
  long docket;
  String signature = "";

  /** Neighbours in the order in which they began. */
  @Nullable History older;

  @Nullable History newer;

  History(long job, long number) {
    this.job = job;
    this.number = number;
  }

  /** The first and the last attempts, oldest first. */
  List<Attempt> attempts() {
    return attempts;
  }

  Optional<Attempt> lastAttempt() {
    return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.getLast());
  }

  /** Adds an attempt; beyond what is kept, the second goes. */
  void add(Attempt attempt) {
    if (attempts.size() == Limits.ATTEMPTS_KEPT) {
      attempts.remove(1);
    }
    attempts.add(attempt);
  }

  /**
   * The attempt of this number, which a death ended, turns out to have ended for another reason
   * than the job. It need not be the last: others may have followed.
   */
  void exculpate(int number) {
    for (var i = 0; i < attempts.size(); i++) {
      var attempt = attempts.get(i);
      if (attempt.number() == number) {
        attempts.set(i, attempt.excused());
        return;
      }
    }
  }

  /** Notes a delete by somebody who had lost the job to another; true when there was such a one. */
  boolean noteLate(SessionId by, long nowNs) {
    var i = timedOut(by);
    if (i < 0 || attempts.get(i).lateNs() != 0) {
      return false;
    }
    attempts.set(i, attempts.get(i).late(nowNs));
    return true;
  }

  /** Notes what somebody had sent last who lost the job to time, once. */
  void noteLastSent(SessionId by, String text) {
    var i = timedOut(by);
    if (i >= 0 && attempts.get(i).lastSent().isEmpty()) {
      attempts.set(i, attempts.get(i).withLastSent(text));
    }
  }

  /** Where the newest attempt of a session is, if it timed out; else -1. */
  private int timedOut(SessionId by) {
    for (var i = attempts.size() - 1; i >= 0; i--) {
      if (attempts.get(i).session().equals(by)) {
        return attempts.get(i).timedOut(by) ? i : -1;
      }
    }
    return -1;
  }
}
