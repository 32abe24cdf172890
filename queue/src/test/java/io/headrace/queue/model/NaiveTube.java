package io.headrace.queue.model;

import io.headrace.queue.PolicySettings;
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

  /** Its own part of its policy. */
  PolicySettings own = PolicySettings.NONE;

  final NaiveGate gate = new NaiveGate();

  /** When the next job would come if the deliveries so far had come at the rate. */
  long tatNs;

  /** Until when its rate lets no job be delivered; never when it does. */
  long throttledUntilNs = NaiveJob.NEVER;

  long doubleRuns;

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
