package io.headrace.queue;

import org.jspecify.annotations.Nullable;

/**
 * A named queue of jobs: what is ready, delayed and buried in it, its pause, and who waits. What a
 * snapshot holds of it is private and changes here only, see {@link SnapshotGuard}.
 */
final class Tube extends Timed {
  final TubeName name;
  final int slot;

  /** Counts the tubes ever created. */
  final long ordinal;

  /** Ready jobs by priority. */
  final JobQueue ready;

  /** Delayed jobs by the time they become ready. */
  final JobQueue delayed;

  /** Buried jobs in the order of burial. */
  final JobQueue buried;

  int reserved;
  int urgent;
  int using;
  int watching;

  /** Unfinished bulk work that refers to this tube. */
  int pins;

  /** Bytes of its jobs' bodies. */
  long bodyBytes;

  /** Of those, what is not in memory. The shell's doing, and no part of the state. */
  long spilledBytes;

  /** Deliveries until the shell looks ahead again; no part of the state. */
  int lookAheadIn;

  /** Whether it is queued to be matched with those who wait. */
  boolean hungry;

  /** Number of the last snapshot walk that has it, or began before it was created. */
  int walk;

  private final SnapshotGuard guard;
  private int listPlace;
  private long total;
  private long deletes;
  private long pauses;
  private long pauseNs;
  private long pausedUntilNs;

  int waiting;
  private @Nullable Watch firstWaiter;
  private @Nullable Watch lastWaiter;

  Tube(TubeName name, int slot, long ordinal, JobTable jobs, SnapshotGuard guard) {
    this.name = name;
    this.slot = slot;
    this.ordinal = ordinal;
    this.guard = guard;
    this.walk = guard.number();
    this.ready = new JobQueue(jobs, JobQueue.Key.PRIORITY);
    this.delayed = new JobQueue(jobs, JobQueue.Key.DEADLINE);
    this.buried = new JobQueue(jobs, JobQueue.Key.DEADLINE);
  }

  @Override
  long timerRank() {
    return ordinal;
  }

  /** Sets what a snapshot says of it. */
  void restore(
      long restoredTotal,
      long restoredDeletes,
      long restoredPauses,
      long restoredPauseNs,
      long restoredPausedUntilNs) {
    total = restoredTotal;
    deletes = restoredDeletes;
    pauses = restoredPauses;
    pauseNs = restoredPauseNs;
    pausedUntilNs = restoredPausedUntilNs;
  }

  /** Place in the list of tubes. */
  int listPlace() {
    return listPlace;
  }

  void listPlace(int place) {
    guard.beforeChange(this);
    listPlace = place;
  }

  /** Jobs put into it so far. */
  long total() {
    return total;
  }

  void countPut() {
    guard.beforeChange(this);
    total++;
  }

  long deletes() {
    return deletes;
  }

  void countDelete() {
    guard.beforeChange(this);
    deletes++;
  }

  long pauses() {
    return pauses;
  }

  /** Length of the pause it is in; 0 when it is not paused. */
  long pauseNs() {
    return pauseNs;
  }

  /** End of the pause; 0 when it is not paused. */
  long pausedUntilNs() {
    return pausedUntilNs;
  }

  /** Begins a pause of this length; 0 ends the one there is. */
  void pause(long lengthNs, long nowNs) {
    guard.beforeChange(this);
    pauses++;
    pauseNs = lengthNs;
    pausedUntilNs = lengthNs == 0 ? 0 : nowNs + lengthNs;
  }

  void endPause() {
    guard.beforeChange(this);
    pauseNs = 0;
    pausedUntilNs = 0;
  }

  boolean isPaused() {
    return pausedUntilNs != 0;
  }

  /** Whether nothing refers to it any more, so that it may go. */
  boolean isUnused() {
    return using == 0
        && watching == 0
        && pins == 0
        && reserved == 0
        && ready.isEmpty()
        && delayed.isEmpty()
        && buried.isEmpty();
  }

  /** Whether a job could be handed out to somebody who waits. */
  boolean canServe() {
    return firstWaiter != null && !isPaused() && !ready.isEmpty();
  }

  /** Who has waited longest; there must be one. */
  Session longestWaiting() {
    if (firstWaiter == null) {
      throw new AssertionError("somebody waits");
    }
    return firstWaiter.session;
  }

  void addWaiter(Watch watch) {
    watch.previous = lastWaiter;
    watch.next = null;
    if (lastWaiter == null) {
      firstWaiter = watch;
    } else {
      lastWaiter.next = watch;
    }
    lastWaiter = watch;
    waiting++;
  }

  void removeWaiter(Watch watch) {
    var previous = watch.previous;
    var next = watch.next;
    if (previous == null) {
      firstWaiter = next;
    } else {
      previous.next = next;
    }
    if (next == null) {
      lastWaiter = previous;
    } else {
      next.previous = previous;
    }
    watch.previous = null;
    watch.next = null;
    waiting--;
  }

  /** Checks every rule of the waiters' list; for tests. */
  void validate() {
    var seen = 0;
    var lastWait = -1L;
    for (var watch = firstWaiter; watch != null; watch = watch.next) {
      Invariant.check(
          watch.tube == this && watch.session.isWaiting(), "a waiter waits for its tube");
      Invariant.check(
          watch.session.waitNumber() > lastWait, "waiters stand in the order they came");
      lastWait = watch.session.waitNumber();
      seen++;
    }
    Invariant.check(seen == waiting, "the waiters are counted");
    ready.validate();
    delayed.validate();
    buried.validate();
  }
}
