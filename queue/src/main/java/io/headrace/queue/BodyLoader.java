package io.headrace.queue;

/** Finds bodies again while a snapshot is loaded. */
public interface BodyLoader {
  /**
   * Returns the reference under which the shell now keeps the body.
   *
   * @param location what {@link SnapshotSink#location} gave when the snapshot was written
   */
  long load(long job, long location, int bodyBytes, int crc32c);
}
