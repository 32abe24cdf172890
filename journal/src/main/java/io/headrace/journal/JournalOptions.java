package io.headrace.journal;

import io.headrace.queue.Invariant;
import java.time.Duration;

/**
 * How a {@link Journal} is run.
 *
 * @param segmentBytes size of a segment that is prepared, 64 KiB to 1 GiB
 * @param inlineForceMaxNs the loop forces by itself while forces take less than this on average:
 *     handing a force over and being woken costs more than that
 * @param idleMarkNs how long nothing must have happened until what is forced is marked
 * @param retryFullNs how often a full disk is tried again
 */
public record JournalOptions(
    Durability durability,
    int segmentBytes,
    long inlineForceMaxNs,
    long idleMarkNs,
    long retryFullNs) {
  private static final int SEGMENT_BYTES_MIN = 64 << 10;
  private static final int SEGMENT_BYTES_MAX = 1 << 30;

  public JournalOptions {
    Invariant.check(
        segmentBytes >= SEGMENT_BYTES_MIN && segmentBytes <= SEGMENT_BYTES_MAX,
        "a segment has 64 KiB to 1 GiB");
  }

  /** Returns what a server uses that was told nothing. */
  public static JournalOptions defaults() {
    return new JournalOptions(
        new Durability.Fsync(),
        16 << 20,
        Duration.ofNanos(500_000).toNanos(),
        Duration.ofMillis(100).toNanos(),
        Duration.ofSeconds(1).toNanos());
  }

  /** Returns these options with another durability. */
  public JournalOptions with(Durability other) {
    return new JournalOptions(other, segmentBytes, inlineForceMaxNs, idleMarkNs, retryFullNs);
  }

  /** Returns these options with another size of segments. */
  public JournalOptions withSegmentBytes(int other) {
    return new JournalOptions(durability, other, inlineForceMaxNs, idleMarkNs, retryFullNs);
  }

  /** Returns these options with another limit of forces by the loop; 0 never lets it force. */
  public JournalOptions withInlineForceMaxNs(long other) {
    return new JournalOptions(durability, segmentBytes, other, idleMarkNs, retryFullNs);
  }
}
