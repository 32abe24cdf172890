package io.headrace.queue;

import java.util.ArrayList;
import java.util.List;

/**
 * One connection: the tube it uses, those it watches, the jobs it holds, the reserve it waits in.
 * What a snapshot holds of it is private and changes here only, see {@link SnapshotGuard}.
 */
final class Session extends Timed {
  private static final long RANK_BEHIND_TUBES = 1L << 62;

  final SessionId id;

  /** Its client's address, for those who ask. */
  final String peer;

  final int slot;
  private final SnapshotGuard guard;

  /** The jobs it holds, by the time it loses them. */
  final JobQueue held;

  /** Number of the last snapshot walk that has it, or began before it was opened. */
  int walk;

  /** The same for what it watches. */
  int watchesWalk;

  private Tube used;
  private final List<Watch> watches = new ArrayList<>(1);
  private boolean waiting;
  private long waitNumber;
  private long waitUntilNs;
  private boolean producer;
  private boolean worker;
  private boolean closing;
  private String lastSent = "";

  /** Of the jobs it holds, the suspects. */
  private int suspects;

  Session(SessionId id, String peer, int slot, Tube used, JobTable jobs, SnapshotGuard guard) {
    this.id = id;
    this.peer = peer;
    this.slot = slot;
    this.used = used;
    this.guard = guard;
    this.held = new JobQueue(jobs, JobQueue.Key.DEADLINE);
    this.walk = guard.number();
    this.watchesWalk = guard.number();
  }

  @Override
  long timerRank() {
    return RANK_BEHIND_TUBES + id.number();
  }

  /** Sets what a snapshot says of it, but for its tubes. */
  void restore(boolean isWaiting, boolean isProducer, boolean isWorker, long number, long untilNs) {
    waiting = isWaiting;
    producer = isProducer;
    worker = isWorker;
    waitNumber = number;
    waitUntilNs = untilNs;
  }

  Tube used() {
    return used;
  }

  void use(Tube tube) {
    guard.beforeChange(this);
    used = tube;
  }

  /** How many tubes it watches. */
  int watches() {
    return watches.size();
  }

  /**
   * One of those it watches, in the order in which beanstalkd lists them: the last takes the place
   * of one that is ignored.
   */
  Watch watch(int index) {
    return watches.get(index);
  }

  /** Which of the watches is that of the tube, or -1. */
  int watchOf(Tube tube) {
    for (var i = 0; i < watches.size(); i++) {
      if (watches.get(i).tube == tube) {
        return i;
      }
    }
    return -1;
  }

  void addWatch(Tube tube) {
    guard.beforeRewatch(this);
    watches.add(new Watch(this, tube));
  }

  void removeWatch(int index) {
    guard.beforeRewatch(this);
    var last = watches.removeLast();
    if (index < watches.size()) {
      watches.set(index, last);
    }
  }

  boolean isWaiting() {
    return waiting;
  }

  /** While it waits: counts the waits of all sessions. */
  long waitNumber() {
    return waitNumber;
  }

  /** While it waits: when it gives up, or {@link Long#MAX_VALUE}. */
  long waitUntilNs() {
    return waitUntilNs;
  }

  void startWaiting(long number, long untilNs) {
    guard.beforeChange(this);
    waiting = true;
    waitNumber = number;
    waitUntilNs = untilNs;
  }

  void stopWaiting() {
    guard.beforeChange(this);
    waiting = false;
  }

  /** Whether it has put. */
  boolean isProducer() {
    return producer;
  }

  void becomeProducer() {
    guard.beforeChange(this);
    producer = true;
  }

  /** Whether it has reserved. */
  boolean isWorker() {
    return worker;
  }

  void becomeWorker() {
    guard.beforeChange(this);
    worker = true;
  }

  /** Ended, but not all of its jobs are ready again yet. */
  boolean isClosing() {
    return closing;
  }

  /** Ends it: it watches nothing any more. The attempts that end with it tell what it sent last. */
  void close(String whatItSentLast) {
    guard.beforeRewatch(this);
    closing = true;
    lastSent = whatItSentLast;
    watches.clear();
  }

  /** The end of what its client has sent; "" while it is open, and where that is not known. */
  String lastSent() {
    return lastSent;
  }

  /** How many suspects it holds: with one, it gets nothing more. */
  int suspects() {
    return suspects;
  }

  void countSuspect(int more) {
    suspects += more;
  }
}
