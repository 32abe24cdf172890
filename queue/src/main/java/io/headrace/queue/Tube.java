package io.headrace.queue;

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

  /** Ready jobs whose holder died, by priority: each is delivered alone. */
  final JobQueue suspects;

  /** Delayed jobs by the time they become ready. */
  final JobQueue delayed;

  /** Buried jobs in the order of burial. */
  final JobQueue buried;

  /** Dropped jobs by the time they go for good. */
  final JobQueue dropped;

  /** Evidence of deaths, oldest first. */
  final JobQueue dockets;

  long docketBytes;
  int reserved;

  /** Of the reserved ones, the suspects. */
  int suspectsOut;

  /** Jobs that were moved from here and may come back. */
  int origins;

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
  private final Policies policies;
  private final Gate gate = new Gate();
  private PolicySettings settings = PolicySettings.NONE;
  private Policy policy = Policy.of(PolicySettings.NONE);
  private int policyVersion = -1;
  private int listPlace;
  private long total;
  private long deletes;
  private long pauses;
  private long pauseNs;
  private long pausedUntilNs;
  private long nextDeliveryNs;
  private long throttledUntilNs;
  private long doubleRuns;

  int waiting;

  /** Those who wait and may have jobs, and of these the ones that hold nothing. */
  private final Line line = new Line(Line.Kind.ALL);

  private final Line idleLine = new Line(Line.Kind.IDLE);

  Tube(
      TubeName name,
      int slot,
      long ordinal,
      JobTable jobs,
      SnapshotGuard guard,
      Policies policies) {
    this.name = name;
    this.slot = slot;
    this.ordinal = ordinal;
    this.guard = guard;
    this.policies = policies;
    this.walk = guard.number();
    this.ready = new JobQueue(jobs, JobQueue.Key.PRIORITY);
    this.suspects = new JobQueue(jobs, JobQueue.Key.PRIORITY);
    this.delayed = new JobQueue(jobs, JobQueue.Key.DEADLINE);
    this.buried = new JobQueue(jobs, JobQueue.Key.DEADLINE);
    this.dropped = new JobQueue(jobs, JobQueue.Key.DEADLINE);
    this.dockets = new JobQueue(jobs, JobQueue.Key.DEADLINE);
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
      long restoredPausedUntilNs,
      long restoredDoubleRuns) {
    total = restoredTotal;
    deletes = restoredDeletes;
    pauses = restoredPauses;
    pauseNs = restoredPauseNs;
    pausedUntilNs = restoredPausedUntilNs;
    doubleRuns = restoredDoubleRuns;
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

  /** What is set for this tube alone. */
  PolicySettings settings() {
    return settings;
  }

  void settings(PolicySettings newSettings) {
    guard.beforeChange(this);
    settings = newSettings;
    policyVersion = -1;
  }

  /** What holds for its jobs. */
  Policy policy() {
    if (policyVersion != policies.version()) {
      policyVersion = policies.version();
      policy = Policy.of(settings.over(policies.defaults()));
    }
    return policy;
  }

  /** By when the rate allows the next delivery, were there no burst; 0 after a rest. */
  long nextDeliveryNs() {
    return nextDeliveryNs;
  }

  /** Until when the rate allows none; 0 when it does. */
  long throttledUntilNs() {
    return throttledUntilNs;
  }

  void throttle(long nextNs, long untilNs) {
    guard.beforeChange(this);
    nextDeliveryNs = nextNs;
    throttledUntilNs = untilNs;
  }

  boolean isThrottled() {
    return throttledUntilNs != 0;
  }

  /** How often a job was found to run twice at once. */
  long doubleRuns() {
    return doubleRuns;
  }

  void countDoubleRun() {
    guard.beforeChange(this);
    doubleRuns++;
  }

  /** The ends of its attempts; for reading. */
  Gate gate() {
    return gate;
  }

  /** The same, about to be told of one more. */
  Gate gateToChange() {
    guard.beforeChange(this);
    return gate;
  }

  /** Whether nothing refers to it any more, so that it may go. */
  boolean isUnused() {
    return using == 0
        && watching == 0
        && pins == 0
        && reserved == 0
        && origins == 0
        && ready.isEmpty()
        && suspects.isEmpty()
        && delayed.isEmpty()
        && buried.isEmpty()
        && dropped.isEmpty()
        && dockets.isEmpty()
        && settings.isEmpty();
  }

  /** How many jobs are ready, suspects too. */
  int readyJobs() {
    return ready.size() + suspects.size();
  }

  /** Whether nothing is delivered for now, whatever is ready. */
  boolean isHeldBack() {
    return isPaused() || isThrottled() || reserved >= policy().maxRunning();
  }

  /** Whether one more suspect may be risked. */
  boolean mayRiskSuspect() {
    return !suspects.isEmpty()
        && suspectsOut < Math.max(1, (long) watching * policy().suspectShare() / 100);
  }

  /** Whether a job could be handed out to somebody who waits. */
  boolean canServe() {
    return !line.isEmpty()
        && !(ready.isEmpty() && suspects.isEmpty())
        && !isHeldBack()
        && (!ready.isEmpty() || (!idleLine.isEmpty() && mayRiskSuspect()));
  }

  /** Who has waited longest of those who could be served, which {@link #canServe} says there is. */
  Session nextServed() {
    var idle = !idleLine.isEmpty() && mayRiskSuspect();
    if (ready.isEmpty()) {
      return idleLine.first();
    }
    var first = line.first();
    return idle && idleLine.first().waitNumber() < first.waitNumber() ? idleLine.first() : first;
  }

  /**
   * Whether a suspect is kept from all who wait only because they hold something; see {@link
   * Limits#SUSPECT_WAIT_NS}.
   */
  boolean isSuspectStuck() {
    return !line.isEmpty() && idleLine.isEmpty() && mayRiskSuspect() && !isHeldBack();
  }

  /** Who waits and holds least; there must be one who waits. */
  Session leastLaden() {
    var least = line.first();
    for (var watch = line.firstWatch(); watch != null; watch = line.next(watch)) {
      if (watch.session.held.size() < least.held.size()) {
        least = watch.session;
      }
    }
    return least;
  }

  /** Has somebody who waits, and may have jobs, stand in line; {@code idle} when it holds none. */
  void enlist(Watch watch, boolean idle) {
    line.add(watch);
    if (idle) {
      idleLine.add(watch);
    }
  }

  /** The session, which stands in line, holds nothing any more. */
  void enlistIdle(Watch watch) {
    idleLine.add(watch);
  }

  /** Takes somebody out of the line, who need not stand in it. */
  void delist(Watch watch) {
    line.remove(watch);
    idleLine.remove(watch);
  }

  /** Checks every rule of the lines and queues; for tests. */
  void validate() {
    line.validate(this);
    idleLine.validate(this);
    ready.validate();
    suspects.validate();
    delayed.validate();
    buried.validate();
    dropped.validate();
    dockets.validate();
  }
}
