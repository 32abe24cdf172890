package io.headrace.journal;

import io.headrace.queue.QueueView;

/**
 * What all files of a journal may have together, in bytes: twice the live bodies, twice {@value
 * #JOB_BYTES} a job, and {@value #BASE_SEGMENTS} segments. The arithmetic is in
 * docs/journal-format.md.
 *
 * @param segmentBytes of one segment
 */
record Bound(long segmentBytes) {
  private static final long JOB_BYTES = 256;

  /** A tube counts as so many jobs, for its name; a session as one. */
  private static final long TUBE_JOBS = 4;

  /** 256 MiB of segments of 16 MiB. */
  private static final long BASE_SEGMENTS = 16;

  /** Jobs, and what counts as such. */
  static long jobs(QueueView totals) {
    long jobs = totals.ready() + totals.reserved() + totals.delayed() + totals.buried();
    long keys = Math.ceilDiv(totals.keyBytes(), SnapshotRoom.JOB_BYTES);
    return jobs + TUBE_JOBS * totals.tubes() + totals.sessions() + keys;
  }

  long allowed(QueueView totals) {
    return 2 * (totals.bodyBytes() + JOB_BYTES * jobs(totals)) + BASE_SEGMENTS * segmentBytes;
  }

  /** So much is left for what is written until two snapshots are done. */
  long slack(QueueView totals) {
    return totals.bodyBytes() / 2 + JOB_BYTES / 4 * jobs(totals) + BASE_SEGMENTS / 4 * segmentBytes;
  }
}
