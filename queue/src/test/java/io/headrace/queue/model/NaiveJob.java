package io.headrace.queue.model;

import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.JobState;
import io.headrace.queue.JobView;
import io.headrace.queue.SessionId;

/** A job of the naive model. */
final class NaiveJob {
  static final long NEVER = Long.MAX_VALUE;
  static final SessionId NOBODY = new SessionId(-1, -1);

  final long id;
  final NaiveTube tube;
  final Body body;
  final long ttrNs;
  final long bornNs;
  long priority;
  long delayNs;
  JobState state = JobState.READY;

  /** When a delayed job becomes ready, or a reserved one is lost by its holder. */
  long dueNs = NEVER;

  SessionId holder = NOBODY;

  /** How many burials there had been when this one was buried: the order of the buried. */
  long burial;

  int reserves;
  int timeouts;
  int releases;
  int buries;
  int kicks;

  NaiveJob(long id, NaiveTube tube, Command.Put put, long nowNs) {
    this.id = id;
    this.tube = tube;
    this.body = put.body();
    this.ttrNs = put.ttrNs();
    this.bornNs = nowNs;
    this.priority = put.priority();
    this.delayNs = put.delayNs();
  }

  void move(JobState to, long nextDueNs, SessionId by) {
    state = to;
    dueNs = nextDueNs;
    holder = by;
  }

  void beReady() {
    move(JobState.READY, NEVER, NOBODY);
  }

  void beDue() {
    timeouts += state == JobState.RESERVED ? 1 : 0;
    beReady();
  }

  void readyOrDelayed(long nowNs) {
    beReady();
    if (delayNs > 0) {
      move(JobState.DELAYED, nowNs + delayNs, NOBODY);
    }
  }

  void release(Command.Release release, long nowNs) {
    releases++;
    priority = release.priority();
    delayNs = release.delayNs();
    readyOrDelayed(nowNs);
  }

  void bury(Command.Bury bury, long number) {
    priority = bury.priority();
    bury(number);
  }

  void bury(long number) {
    buries++;
    burial = number;
    move(JobState.BURIED, NEVER, NOBODY);
  }

  void kick() {
    kicks++;
    beReady();
  }

  JobView view(long nowNs) {
    long left = dueNs == NEVER ? 0 : dueNs - nowNs;
    return new JobView(
        id,
        tube.name,
        state,
        priority,
        nowNs - bornNs,
        delayNs,
        ttrNs,
        left,
        body,
        reserves,
        timeouts,
        releases,
        buries,
        kicks);
  }
}
