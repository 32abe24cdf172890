package io.headrace.queue;

import java.nio.ByteBuffer;

/** Where a snapshot goes, record by record. */
public interface SnapshotSink {
  /**
   * Takes one record, the bytes between position and limit (at most {@link
   * MachineSnapshot#RECORD_BYTES_MAX}), before it returns.
   */
  void record(ByteBuffer record);

  /** Returns the durable place of a job's body, which {@link BodyLoader} can find it by. */
  long location(long job, long bodyRef, int bodyBytes, int crc32c);
}
