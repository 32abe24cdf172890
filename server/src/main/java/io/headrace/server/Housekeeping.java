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
  private static final long SLICE_NS = 50_000;

  /** Where the turns themselves take long, and so it comes to fewer slices. */
  private static final long SLICE_MAX_NS = 250_000;

  /** So many times as long as a slice it rests. */
  private static final long REST = 3;

  private final QueueMachine machine;
  private final CommandLog log;
  private final LoopTime time;

  /** When the next slice is due; while nothing is to be done, never. */
  private long dueNs = Long.MAX_VALUE;

  private long endedNs;

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
    long sliceNs = SLICE_NS;
    if (dueNs != Long.MAX_VALUE) {
      long now = time.look();
      if (now < dueNs && mayRest()) {
        return false;
      }
      sliceNs = Math.clamp((now - endedNs) / REST, SLICE_NS, SLICE_MAX_NS);
    }
    boolean more = log.housekeep(machine, sliceNs);
    if (more && mayRest()) {
      endedNs = time.look();
      dueNs = endedNs + REST * SLICE_NS;
      return false;
    }
    dueNs = Long.MAX_VALUE;
    return more;
  }

  private boolean mayRest() {
    return !log.isCrowded() && log.room() == Room.ALL;
  }

  /** When it is to be called again though nothing else happens; else never. */
  long dueNs() {
    return dueNs;
  }
}
