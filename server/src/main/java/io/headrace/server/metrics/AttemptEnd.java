package io.headrace.server.metrics;

import java.util.Locale;

/** How a session's hold of a job ended. */
public enum AttemptEnd {
  /** By a delete: the job is done. */
  DELETED(0),
  /** By a release: the job is to be tried again. */
  RELEASED(1),
  /** By a bury. */
  BURIED(2),
  /** By the TTR. */
  TIMED_OUT(3),
  /** By the end of the connection that held it. */
  DIED(4),
  /** By silence: the peer could not be reached any more. */
  UNREACHABLE(5),
  /** By a restart of this server. */
  RESTART(6);

  /** Its place in an array of counts. */
  final int place;

  AttemptEnd(int place) {
    this.place = place;
  }

  /** The value of the label {@code how}. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
