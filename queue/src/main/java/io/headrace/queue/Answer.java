package io.headrace.queue;

/** An answer that is one word. */
public enum Answer {
  DELETED,
  RELEASED,
  BURIED,
  TOUCHED,
  JOB_KICKED,
  PAUSED,
  NOT_FOUND,
  NOT_IGNORED,
  DEADLINE_SOON,
  TIMED_OUT,
  OUT_OF_MEMORY,
  POLICY_SET,
  DIED,
  DOCKET_KEPT,
  JOB_RETRIED,
  JOB_DROPPED,
  JOB_UNDROPPED
}
