package io.headrace.client;

/** What became of a put. */
public sealed interface PutResult {
  /** The job exists, at the durability that the server is set to. */
  record Inserted(long job) implements PutResult {}

  /**
   * The key was put into that tube lately, with this job, which may be gone; nothing has changed.
   */
  record Known(long job) implements PutResult {}

  /** There is no such job. */
  record Refused(Reason reason) implements PutResult {}

  /** Why a put was refused. */
  enum Reason {
    /** The body is longer than the server's max-job-size. */
    JOB_TOO_BIG,
    /** The server takes no new jobs, so that it can be emptied. */
    DRAINING,
    /** The server has no room for it now. */
    OUT_OF_MEMORY
  }
}
