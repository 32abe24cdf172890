package io.headrace.queue;

/** Where a job stands. */
public enum JobState {
  READY,
  DELAYED,
  RESERVED,
  BURIED
}
