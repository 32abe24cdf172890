package io.headrace.journal;

/**
 * How much room the next snapshot takes. What it may take at most is kept in {@link Reserve}; it is
 * only written there when the disk has no other room, or the bound of all files none: to make that
 * file as large as it was again costs more than a snapshot.
 */
final class SnapshotRoom {
  /** What a job takes in a snapshot at most, rounded up, in bytes. */
  static final long JOB_BYTES = 104;

  /** What a job took in the last snapshot is expected to become so many times that at most. */
  private static final double GROWTH_MAX = 2;

  private final long bytesMin;
  private long lastBytes;

  /** Jobs, and what counts as such, of the last snapshot; 0 when that is not known. */
  private long lastJobs;

  private long jobsAtBegin;
  private long fileBytes;

  /** The last one was given up, perhaps since it found no room. */
  private boolean hadNone;

  /**
   * Knows the last snapshot.
   *
   * @param bytesMin of one with few jobs: its sessions, tubes, the first jobs
   * @param lastBytes 0 when there is none
   */
  SnapshotRoom(long bytesMin, long lastBytes) {
    this.bytesMin = bytesMin;
    this.lastBytes = lastBytes;
  }

  /** Bytes that are kept for one with so many jobs. */
  long kept(long jobs) {
    return Math.max(jobs * JOB_BYTES, lastBytes) * 9 / 8 + bytesMin;
  }

  /**
   * Begins one.
   *
   * @param jobs that it holds, and what counts as such
   * @param left bytes that are left for a file of its own
   */
  void begin(long jobs, long left) {
    jobsAtBegin = jobs;
    long expected = expected(jobs);
    fileBytes = hadNone || expected > left ? 0 : expected;
  }

  /** Bytes that one with so many jobs takes at most, as far as the last one tells. */
  long expected(long jobs) {
    if (lastJobs == 0 || hadNone) {
      return kept(jobs);
    }
    double grown = GROWTH_MAX * lastBytes / lastJobs * jobs;
    return Math.min(kept(jobs), (long) grown + bytesMin);
  }

  /** Bytes that the one under way may take in a file of its own; 0 without one. */
  long fileBytes() {
    return fileBytes;
  }

  /** It is durable, and has so many bytes. */
  void ended(long bytes) {
    lastBytes = bytes;
    lastJobs = jobsAtBegin;
    fileBytes = 0;
    hadNone = false;
  }

  /** It was given up: the next one is written into what is kept. */
  void abandoned() {
    fileBytes = 0;
    hadNone = true;
  }
}
