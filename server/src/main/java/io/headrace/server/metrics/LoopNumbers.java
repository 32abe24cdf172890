package io.headrace.server.metrics;

import io.headrace.queue.QueueView;
import io.headrace.server.ClientFault;
import io.headrace.server.ConnectionHealth;
import io.headrace.server.ConnectionNumbers;
import io.headrace.server.captures.CaptureNumbers;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Copies of all numbers that belong to the loop, taken at one moment.
 *
 * @param takenNanos when, in the terms of the loop's monotonic clock
 * @param tubes those with a label of their own
 * @param others what the rest comes to; empty when there is no rest. Its {@code deleted} is 0: that
 *     of tubes that are gone is not known
 * @param memoryBytes what bodies take, with what size classes round up
 * @param connectionsByHealth those that there are none of are missing
 * @param intake how many connections there may be, and what became of those that got no place
 * @param tlsFailures connections that could not agree on keys
 * @param journal empty for a server that keeps nothing on disk
 */
record LoopNumbers(
    long takenNanos,
    long uptimeNs,
    QueueView totals,
    List<TubeNumbers> tubes,
    Optional<TubeNumbers> others,
    long spilledBytes,
    long memoryBytes,
    long memoryBudgetBytes,
    long connections,
    long connectionsEver,
    Map<ConnectionHealth, Long> connectionsByHealth,
    ConnectionNumbers intake,
    CaptureNumbers captures,
    long tlsFailures,
    boolean draining,
    Optional<JournalNumbers> journal,
    TurnNumbers turns,
    List<JobMeters.Copy> meters,
    Map<ClientFault, Long> faults) {

  /** What is told of the journal's files. */
  record JournalNumbers(
      long oldestSegment,
      long newestSegment,
      long segmentBytes,
      long entriesWritten,
      long bodiesCopied) {}

  /**
   * What is told of the loop's turns.
   *
   * @param counts by {@link LoopCensus#TURN_BOUNDS_NS}
   */
  record TurnNumbers(List<Long> counts, long sumNs, long maxNs, long stalls) {}
}
