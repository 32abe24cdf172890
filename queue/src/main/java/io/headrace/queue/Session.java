package io.headrace.queue;

import java.util.ArrayList;
import java.util.List;

/**
 * One connection: the tube it uses, those it watches, the jobs it holds, the reserve it waits in.
 */
final class Session extends Timed {
  private static final long RANK_BEHIND_TUBES = 1L << 62;

  final SessionId id;
  final int slot;
  Tube used;

  /**
   * In the order in which beanstalkd lists them: the last takes the place of one that is ignored.
   */
  final List<Watch> watches = new ArrayList<>(1);

  /** The jobs it holds, by the time it loses them. */
  final JobQueue held;

  boolean waiting;

  /** While it waits: counts the waits of all sessions. */
  long waitNumber;

  /** While it waits: when it gives up, or {@link Long#MAX_VALUE}. */
  long waitUntilNs;

  boolean producer;
  boolean worker;

  /** Ended, but not all of its jobs are ready again yet. */
  boolean closing;

  Session(SessionId id, int slot, Tube used, JobTable jobs) {
    this.id = id;
    this.slot = slot;
    this.used = used;
    this.held = new JobQueue(jobs, JobQueue.Key.DEADLINE);
  }

  @Override
  long timerRank() {
    return RANK_BEHIND_TUBES + id.number();
  }

  /** Where in {@link #watches} the tube is, or -1. */
  int watchOf(Tube tube) {
    for (var i = 0; i < watches.size(); i++) {
      if (watches.get(i).tube == tube) {
        return i;
      }
    }
    return -1;
  }
}
