package io.headrace.queue.model;

import io.headrace.queue.TubeName;

/** A tube of the naive model: its name, its pause, its counters. */
final class NaiveTube {
  final TubeName name;
  long total;
  long deletes;
  long pauses;

  /** Length of the pause it is in; 0 when it is not paused. */
  long pauseNs;

  long pauseEndNs = NaiveJob.NEVER;

  NaiveTube(TubeName name) {
    this.name = name;
  }

  void pause(long nowNs, long delayNs) {
    pauses++;
    pauseNs = delayNs;
    pauseEndNs = delayNs == 0 ? NaiveJob.NEVER : nowNs + delayNs;
  }

  void endPause() {
    pauseNs = 0;
    pauseEndNs = NaiveJob.NEVER;
  }
}
