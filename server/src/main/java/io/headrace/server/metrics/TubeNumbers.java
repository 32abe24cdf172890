package io.headrace.server.metrics;

import io.headrace.queue.TubeName;

/**
 * What is told of one tube, or of all that have no label of their own.
 *
 * @param put jobs ever put; {@code deleted} those that a delete ended
 * @param waiting sessions that wait for a job; one that waits in several tubes counts in each
 * @param oldestReadyNs how long the next job in line has been ready; of several tubes the longest
 */
record TubeNumbers(
    TubeName name,
    long ready,
    long reserved,
    long delayed,
    long buried,
    long put,
    long deleted,
    long waiting,
    long oldestReadyNs) {
  /** All jobs that are in it. */
  long jobs() {
    return ready + reserved + delayed + buried;
  }
}
