package io.headrace.client;

/** What became of the evidence of an attempt that is about to end badly. */
public enum DocketResult {
  /** It is the job's docket. */
  KEPT,
  /** The job is another's, or nobody's. */
  NOT_FOUND,
  /** It is too long for the server, or the server has no room; a shorter one may do. */
  REFUSED
}
