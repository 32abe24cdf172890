package io.headrace.queue;

/**
 * The limits of one queue. Part of the machine's behaviour: a change of one would change what old
 * logs replay to. What depends on the machine's memory is the shell's to limit.
 */
public final class Limits {
  /** Most jobs an entry changes; the rest goes on with later entries. */
  public static final int CHANGES_MAX = 1_000;

  /** Most tubes; to create another is answered with OUT_OF_MEMORY. */
  public static final int TUBES_MAX = 1 << 20;

  /** Most tubes a session watches; to watch another is answered with OUT_OF_MEMORY. */
  public static final int WATCHES_MAX = 10_000;

  /** Most jobs; another put is answered with OUT_OF_MEMORY. */
  public static final int JOBS_MAX = JobTable.JOBS_MAX;

  /** A ready job of a lower priority number counts as urgent. */
  public static final long URGENT_BELOW = 1024;

  /** So long before it loses a job, a session that reserves is told DEADLINE_SOON. */
  public static final long DEADLINE_MARGIN_NS = 1_000_000_000;

  private Limits() {}
}
