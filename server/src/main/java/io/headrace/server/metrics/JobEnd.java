package io.headrace.server.metrics;

import java.util.Locale;

/** Why the queue itself gave a job up. */
public enum JobEnd {
  /** It took too many workers with it. */
  POISONED(0),
  /** It was tried as often as it may be. */
  EXHAUSTED(1),
  /** It was not done in time. */
  EXPIRED(2),
  /** Its body is not what was put. */
  DAMAGED(3),
  /** There was no room for it any more. */
  DROPPED(4);

  /** Its place in an array of counts. */
  final int place;

  JobEnd(int place) {
    this.place = place;
  }

  /** The value of the label {@code cause}. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
