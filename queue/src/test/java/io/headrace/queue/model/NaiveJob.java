package io.headrace.queue.model;

import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.EndCause;
import io.headrace.queue.JobState;
import io.headrace.queue.JobView;
import io.headrace.queue.JobView.Standing;
import io.headrace.queue.SessionId;
import java.util.Optional;

/** A job of the naive model. */
final class NaiveJob {
  static final long NEVER = Long.MAX_VALUE;
  static final SessionId NOBODY = new SessionId(-1, -1);

  final long id;
  NaiveTube tube;
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

  Standing standing = Standing.PLAIN;

  /** Whether it was dropped: nobody finds it, and when it is due it goes for good. */
  boolean dropped;

  int deaths;
  int strikes;
  int excused;
  EndCause cause = EndCause.NONE;
  long endedNs;
  Optional<NaiveTube> origin = Optional.empty();
  final NaiveHistory history = new NaiveHistory();

  /** Since when it is ready; read only while it is. */
  long readySinceNs;

  /** Since when it is reserved; read only while it is. */
  long takenNs;

  /** How often it was touched since then. */
  int touches;

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

  void beReady(long nowNs) {
    move(JobState.READY, NEVER, NOBODY);
    readySinceNs = nowNs;
  }

  void readyAfter(long waitNs, long nowNs) {
    beReady(nowNs);
    if (waitNs > 0) {
      move(JobState.DELAYED, waitNs > NEVER - nowNs ? NEVER : nowNs + waitNs, NOBODY);
    }
  }

  /** Its holder gives it back, or aside, of its own will. */
  void forgive() {
    strikes = 0;
    deaths = 0;
    standing = Standing.PLAIN;
  }

  void bury(long number) {
    buries++;
    beBuried(number);
  }

  void beBuried(long number) {
    burial = number;
    move(JobState.BURIED, NEVER, NOBODY);
  }

  /** Takes back what a policy has made of it. */
  void absolve() {
    cause = EndCause.NONE;
    endedNs = 0;
    deaths = 0;
    strikes = 0;
  }

  /** Lets it leave where it is set aside: somebody wants it. */
  void leave() {
    if (state == JobState.BURIED) {
      absolve();
    }
    standing = standing == Standing.CONDEMNED ? Standing.SUSPECT : standing;
  }

  void kick(long nowNs) {
    kicks++;
    leave();
    beReady(nowNs);
  }

  JobView view(long nowNs) {
    long left = dueNs == NEVER || dropped ? 0 : dueNs - nowNs;
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
        kicks,
        standing,
        deaths,
        strikes,
        excused,
        cause,
        endedNs,
        origin.map(t -> t.name));
  }
}
