package io.headrace.http;

import java.time.Duration;

/** The deadlines of one exchange, by {@link System#nanoTime}. */
final class Clock {
  private final Deadlines deadlines;
  private final long totalNs;

  /** An exchange begins now. */
  Clock(Deadlines deadlines) {
    this.deadlines = deadlines;
    totalNs = System.nanoTime() + deadlines.total().toNanos();
  }

  /** One of the deadlines in force. */
  record Until(Deadline deadline, Duration time, long ns) {
    boolean isOver() {
      return ns - System.nanoTime() <= 0;
    }

    /** What it means that it is over. */
    EndedException over(Stage stage) {
      return new EndedException(new Verdict.TimedOut(stage, deadline, time));
    }
  }

  /** This one from then on, or that of all, whichever is over first. */
  Until until(Deadline deadline, long sinceNs) {
    long ns = sinceNs + deadlines.of(deadline).toNanos();
    return ns - totalNs < 0
        ? new Until(deadline, deadlines.of(deadline), ns)
        : new Until(Deadline.TOTAL, deadlines.total(), totalNs);
  }

  /** How long a close is waited for. */
  long afterEndNs() {
    long ns = System.nanoTime() + deadlines.afterEnd().toNanos();
    return ns - totalNs < 0 ? ns : totalNs;
  }
}
