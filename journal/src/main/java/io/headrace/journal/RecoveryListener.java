package io.headrace.journal;

/**
 * Who is told how recovery goes, on the thread that opens the journal, and of what is found out
 * later, on the loop's thread.
 */
public interface RecoveryListener {
  /** Wants to know nothing. */
  static RecoveryListener silent() {
    return new RecoveryListener() {
      @Override
      public void progress(long doneBytes, long ofBytes, long entries, long jobs) {
        // Not wanted.
      }

      @Override
      public void notice(String message) {
        // Not wanted.
      }
    };
  }

  /**
   * So much is done. Called about ten times a gigabyte, and once at the end.
   *
   * @param doneBytes bytes of files read
   * @param ofBytes bytes of files to read
   * @param entries entries replayed after the snapshot
   * @param jobs jobs that are there so far
   */
  void progress(long doneBytes, long ofBytes, long entries, long jobs);

  /**
   * Something that a person should read: a tail that was cut, a snapshot that could not be used, a
   * body that was found damaged.
   */
  void notice(String message);
}
