package io.headrace.journal;

import java.time.Duration;

/** What an acknowledged change survives. */
public sealed interface Durability {
  /** The loss of power: the reply follows the force. */
  record Fsync() implements Durability {}

  /**
   * The end of the process at once, the loss of power after this time at most: the reply follows
   * the write.
   */
  record Interval(Duration every) implements Durability {}

  /** The end of the process; when the system writes to the disk is its own affair. */
  record Never() implements Durability {}
}
