package io.headrace.journal;

/**
 * A thread that runs the journal's slow work, one task after the other, in the order in which they
 * were handed in. A seam, so that a simulator can run the tasks when it likes.
 */
public interface JournalThread extends AutoCloseable {
  /** Returns a real thread of this name, which does not keep the process alive. */
  static JournalThread platform(String name) {
    return new PlatformJournalThread(name);
  }

  /** The same, of a thread whose work nobody waits for: it leaves the processors to others. */
  static JournalThread background(String name) {
    JournalThread thread = platform(name);
    thread.run(() -> Niceness.raise(Niceness.BACKGROUND));
    return thread;
  }

  /** Runs the task soon. Called from any thread. */
  void run(Runnable task);

  /** Runs the task after this time or a little later. Called from any thread. */
  void runAfter(long delayNs, Runnable task);

  /** Waits until every task that {@link #run} was given has ended. */
  void join();

  /** Ends the thread when its tasks have run; those that wait for their time are dropped. */
  @Override
  void close();
}
