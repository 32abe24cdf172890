package io.headrace.server.metrics;

import io.headrace.queue.AttemptEnd;
import io.headrace.queue.EndCause;

/** What happened to the jobs of one tube, or of all that have no meters of their own. */
final class TubeMeters {
  private static final int HOWS = AttemptEnd.values().length;
  private static final int CAUSES = EndCause.values().length;

  final Durations waits;
  final Durations runs;
  final long[] attempts;
  final long[] ends;
  boolean sick;

  TubeMeters() {
    waits = new Durations();
    runs = new Durations();
    attempts = new long[HOWS];
    ends = new long[CAUSES];
  }

  private TubeMeters(TubeMeters other) {
    waits = other.waits.copy();
    runs = other.runs.copy();
    attempts = other.attempts.clone();
    ends = other.ends.clone();
    sick = other.sick;
  }

  TubeMeters copy() {
    return new TubeMeters(this);
  }
}
