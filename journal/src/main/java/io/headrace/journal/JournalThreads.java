package io.headrace.journal;

/**
 * The threads that help the loop; any of them may be the same.
 *
 * @param forces forces the log
 * @param chores prepares segments, writes snapshots, copies bodies forward, removes files
 * @param reads reads bodies back
 */
public record JournalThreads(JournalThread forces, JournalThread chores, JournalThread reads) {
  /** Returns real threads. */
  public static JournalThreads platform() {
    return new JournalThreads(
        JournalThread.platform("headrace-force"),
        JournalThread.background("headrace-chores"),
        JournalThread.platform("headrace-reads"));
  }

  /** Ends all of them. */
  public void close() {
    forces.close();
    chores.close();
    reads.close();
  }
}
