package io.headrace.server;

import io.headrace.journal.CommandLog;
import io.headrace.journal.Room;
import io.headrace.queue.QueueMachine;

/**
 * Has the log do what nobody waits for, a snapshot above all: in short slices, for a quarter of the
 * loop's time. A thread that never rests has no claim to a processor at once when others want it:
 * with whole turns of snapshot one delete in ten took 0.5 to 2 ms, since the loop was put off in
 * the midst of them. Where the log has no room until a snapshot is done there is no rest.
 */
final class Housekeeping {
  static final long SLICE_NS = 50_000;
  static final long REST_NS = 3 * SLICE_NS;

  private final QueueMachine machine;
  private final CommandLog log;
  private final LoopTime time;

  /** When the next slice is due; while nothing is to be done, never. */
  private long dueNs = Long.MAX_VALUE;

  Housekeeping(QueueMachine machine, CommandLog log, LoopTime time) {
    this.machine = machine;
    this.log = log;
    this.time = time;
  }

  /**
   * Does a slice, unless it is time to rest.
   *
   * @return true when there is more to be done at once
   */
  boolean step() {
    if (isResting()) {
      return false;
    }
    boolean more = log.housekeep(machine, SLICE_NS);
    if (more && mayRest()) {
      time.refresh();
      dueNs = time.now() + REST_NS;
      return false;
    }
    dueNs = Long.MAX_VALUE;
    return more;
  }

  private boolean isResting() {
    if (dueNs == Long.MAX_VALUE || !mayRest()) {
      return false;
    }
    time.refresh();
    return time.now() < dueNs;
  }

  private boolean mayRest() {
    return !log.isCrowded() && log.room() == Room.ALL;
  }

  /** When it is to be called again though nothing else happens; else never. */
  long dueNs() {
    return dueNs;
  }
}
