package io.headrace.worker;

/** What a slot does, in the words of supervisord. */
public enum SlotState {
  /** It connects to the server. */
  STARTING,
  /** It waits for a job, or does one. */
  RUNNING,
  /** It waits after a failure. */
  BACKOFF,
  /** It takes no further jobs, and waits for the one that it has. */
  STOPPING,
  /** It has ended. */
  STOPPED
}
