package io.headrace.worker;

import java.util.Optional;

/** What is being done for one job. The thread of its slot waits for it; any other may end it. */
interface Run {
  /** What {@link #await} has seen. */
  enum Event {
    /** It has ended. */
    ENDED,
    /** The connection that was watched has ended. */
    LOST,
    /** The time has come. */
    TIME
  }

  /** Of the process that does it, or 0. */
  int pid();

  /**
   * Waits until something has happened, or until then, of {@link System#nanoTime}.
   *
   * @param watched the connection to the server, of which nothing is asked meanwhile
   */
  Event await(Optional<Link> watched, long untilNs);

  /** Why it is to be ended now, by rules of its own. */
  Optional<StoppedFor> overdue(long nowNs);

  /** Asks it to end; returns when it is to be killed, of {@link System#nanoTime}. */
  long stop(StoppedFor reason, long nowNs);

  /** Ends it. Any thread may. */
  void kill();

  /**
   * What came of it. To be called once, after {@link Event#ENDED}.
   *
   * @param stopped why it was ended, if it did not end by itself
   */
  Finding end(Optional<StoppedFor> stopped);
}
