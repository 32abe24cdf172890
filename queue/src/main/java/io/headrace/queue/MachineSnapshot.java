package io.headrace.queue;

/**
 * A walk over the machine that writes its state as it was when the walk began, in slices between
 * which entries are applied. Made by {@link QueueMachine#snapshot}; one at a time.
 */
public interface MachineSnapshot {
  /** Longest record in bytes: what belongs to a session may lie in several. */
  int RECORD_BYTES_MAX = 4096;

  /**
   * Visits at most {@code placesMax} more places of tubes, sessions and jobs; and few more where a
   * session watches thousands of tubes.
   *
   * @return true when everything is written
   */
  boolean step(int placesMax);

  /** Gives the walk up. */
  void abandon();
}
