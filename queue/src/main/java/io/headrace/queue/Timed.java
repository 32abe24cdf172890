package io.headrace.queue;

/** What changes by itself at a certain time. Belongs to one {@link Timers}. */
abstract sealed class Timed permits Tube, Session, Keys {
  /** When, or {@link Long#MAX_VALUE} for never. Changed by {@link Timers} only. */
  long dueNs = Long.MAX_VALUE;

  /** Place in {@link Timers}, -1 when it is not there. */
  int timerPlace = -1;

  /** Tells apart what is due at the same time, the same way after every restart. */
  abstract long timerRank();
}
