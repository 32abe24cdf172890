package io.headrace.worker;

import java.util.Optional;

/**
 * What came of one run.
 *
 * @param ending what becomes of the job
 * @param how it ended, in a line
 * @param docket the evidence that is kept with the job; good until the slot begins another
 * @param memoryBytes the most that it has had, 0 when that is not known
 */
record Finding(Ending ending, String how, Optional<Docket> docket, long memoryBytes) {
  /** Where a run has no process of its own. */
  static final long NO_MEMORY = 0;

  private static final byte[] NOTHING = {};

  /** The evidence in at most so many bytes. */
  byte[] evidence(int max) {
    return docket.map(it -> it.bytes(max)).orElse(NOTHING);
  }
}
