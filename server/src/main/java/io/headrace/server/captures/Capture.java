package io.headrace.server.captures;

import java.util.List;
import java.util.Optional;

/**
 * The last bytes of a connection as they were at one moment, and why they were kept.
 *
 * @param id its number, from 1; unique as long as the data directory is the same
 * @param timeNs when it was taken, in nanoseconds since 1970
 * @param receivedBytes how many bytes the connection had ever received
 * @param sentBytes how many it had ever sent
 * @param chunks what is left of them, in order
 */
public record Capture(
    long id,
    long timeNs,
    Speaker speaker,
    Finding finding,
    long receivedBytes,
    long sentBytes,
    List<Chunk> chunks) {

  public Capture {
    chunks = List.copyOf(chunks);
  }

  /** The same with other bytes. */
  public Capture with(List<Chunk> others) {
    return new Capture(id, timeNs, speaker, finding, receivedBytes, sentBytes, others);
  }

  /** How many bytes of one direction are left. */
  public long bytesKept(boolean received) {
    return chunks.stream()
        .filter(chunk -> chunk.received() == received)
        .mapToLong(chunk -> chunk.bytes().length)
        .sum();
  }

  /** The chunk in which reading stopped, when it is left. */
  public Optional<Chunk> stoppedIn() {
    return chunks.stream().filter(this::stoppedIn).findFirst();
  }

  /** Whether reading stopped in this chunk, or right behind the last byte of all. */
  public boolean stoppedIn(Chunk chunk) {
    long at = finding.stoppedAt();
    boolean last = at == chunk.end() && at == receivedBytes;
    return chunk.received() && at >= chunk.offset() && (at < chunk.end() || last);
  }
}
