package io.headrace.journal;

import java.util.Optional;

/**
 * One body that is read back from the journal's files into memory. Handed to {@link
 * CommandLog#read}; touched by nobody else until {@link CommandLog#takeReads} gives it back.
 */
public final class BodyRead {
  final long location;
  private final long job;
  private final long ref;
  private final int bytes;
  private final int crc32c;
  private Optional<String> damage = Optional.empty();
  private int failures;

  /**
   * Asks for a body.
   *
   * @param spilledRef says where the files have it
   * @param ref room in memory for it
   */
  public BodyRead(long job, long spilledRef, long ref, int bytes, int crc32c) {
    this.location = SlabBodyStore.locationOf(spilledRef);
    this.job = job;
    this.ref = ref;
    this.bytes = bytes;
    this.crc32c = crc32c;
  }

  public long job() {
    return job;
  }

  /** The room in memory. */
  public long ref() {
    return ref;
  }

  public int bytes() {
    return bytes;
  }

  int crc32c() {
    return crc32c;
  }

  /** Why the memory does not hold what was put; empty when it does. */
  public Optional<String> damage() {
    return damage;
  }

  /** The disk could not read it: counts that, and returns how often it was so. */
  int failed() {
    return ++failures;
  }

  void damaged(String reason) {
    damage = Optional.of(reason);
  }
}
