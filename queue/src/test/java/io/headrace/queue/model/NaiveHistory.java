package io.headrace.queue.model;

import io.headrace.queue.Attempt;
import io.headrace.queue.AttemptEnd;
import io.headrace.queue.HistoryView;
import io.headrace.queue.Limits;
import io.headrace.queue.SessionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The past of a job of the naive model. */
final class NaiveHistory {
  private final List<Attempt> attempts = new ArrayList<>();
  String signature = "";

  /** Is also kept of a job that ended without an attempt, or has a docket before its first end. */
  boolean kept;

  void add(Attempt attempt) {
    if (attempts.size() == Limits.ATTEMPTS_KEPT) {
      attempts.remove(1);
    }
    attempts.add(attempt);
  }

  Optional<Attempt> last() {
    return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.getLast());
  }

  /** The attempt of this number did not die, the server or its like restarted. */
  void excuse(int number) {
    change(a -> a.number() == number, AttemptEnd.RESTART, Optional.empty());
  }

  /** What this session had sent last before it lost the job. */
  void said(SessionId by, String text) {
    last(by)
        .filter(a -> a.how() == AttemptEnd.TIMED_OUT && a.lastSent().isEmpty())
        .ifPresent(a -> attempts.set(attempts.indexOf(a), copy(a, a.how(), a.lateNs(), text)));
  }

  private Optional<Attempt> last(SessionId by) {
    return attempts.reversed().stream().filter(a -> a.session().equals(by)).findFirst();
  }

  /** Notes that this session deletes the job too late; says whether that is news. */
  boolean late(SessionId by, long nowNs) {
    Optional<Attempt> late =
        last(by).filter(a -> a.how() == AttemptEnd.TIMED_OUT && a.lateNs() == 0);
    late.ifPresent(a -> change(a::equals, AttemptEnd.TIMED_OUT, Optional.of(nowNs)));
    return late.isPresent();
  }

  private void change(Predicate<Attempt> which, AttemptEnd how, Optional<Long> lateNs) {
    attempts.replaceAll(
        a -> which.test(a) ? copy(a, how, lateNs.orElse(a.lateNs()), a.lastSent()) : a);
  }

  private static Attempt copy(Attempt a, AttemptEnd how, long lateNs, String lastSent) {
    return new Attempt(
        a.number(),
        a.session(),
        a.peer(),
        a.sinceNs(),
        a.untilNs(),
        how,
        a.touches(),
        a.beside(),
        lateNs,
        lastSent);
  }

  Optional<HistoryView> view(long docket) {
    return attempts.isEmpty() && !kept
        ? Optional.empty()
        : Optional.of(new HistoryView(attempts, docket, signature));
  }
}
