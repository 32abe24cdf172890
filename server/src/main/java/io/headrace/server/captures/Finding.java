package io.headrace.server.captures;

import java.util.List;

/**
 * What was found wrong, and where.
 *
 * @param stoppedAt how many bytes of the connection were read before the one that could not be
 *     read; {@link #NOWHERE} when that is not what happened
 * @param expected what was expected there, in words; no byte of what came is in it
 * @param jobs the jobs that were held, at most {@link #JOBS_MAX}
 */
public record Finding(CaptureCause cause, long stoppedAt, String expected, List<Long> jobs) {
  /** The most jobs that are named. */
  public static final int JOBS_MAX = 16;

  /** Where nothing stopped. */
  public static final long NOWHERE = -1;

  public Finding {
    jobs = List.copyOf(jobs);
  }
}
