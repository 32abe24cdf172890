package io.headrace.journal;

import java.io.IOException;

/** One of the journal's threads, with what becomes of the failures on it: the loop throws them. */
final class Lane {
  /** A piece of work on files. */
  interface Work {
    void run() throws IOException;
  }

  private final JournalThread thread;
  private final Mailbox mailbox;
  private final String where;

  Lane(JournalThread thread, Mailbox mailbox, String where) {
    this.thread = thread;
    this.mailbox = mailbox;
    this.where = where;
  }

  /**
   * Hands work over.
   *
   * @param what for the message when it fails: "forcing 000000000001.seg"
   */
  void run(String what, Work work) {
    thread.run(() -> attempt(what, work));
  }

  private void attempt(String what, Work work) {
    try {
      work.run();
    } catch (IOException e) {
      JournalException failure = failure(where, what, e);
      mailbox.post(() -> {
        throw failure;
      });
    } catch (RuntimeException | Error e) {
      // The outermost frame of the journal's thread: a bug here must end the process, not the
      // thread.
      mailbox.post(() -> {
        throw e;
      });
    }
  }

  /** Has the loop run this after a time. */
  void later(long delayNs, Runnable letter) {
    thread.runAfter(delayNs, () -> mailbox.post(letter));
  }

  void join() {
    thread.join();
  }

  void close() {
    thread.close();
  }

  static JournalException failure(String where, String what, IOException e) {
    String text = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new JournalException(
        where
            + ": "
            + what
            + " failed: "
            + text
            + ". Nothing more is acknowledged; check the disk and its file system, then start"
            + " again: what was acknowledged is recovered",
        e);
  }
}
