package io.headrace.queue;

/**
 * A walk over the machine that writes its state as it was when the walk began, in slices between
 * which entries are applied. Made by {@link QueueMachine#snapshot}; one at a time.
 */
public interface MachineSnapshot {
  /** Longest record in bytes: a session with its watched tubes is cut into several. */
  int RECORD_BYTES_MAX = 4096;

  /**
   * Visits at most {@code jobsMax} more places of the job table.
   *
   * @return true when everything is written
   */
  boolean step(int jobsMax);

  /** Gives the walk up. */
  void abandon();
}
