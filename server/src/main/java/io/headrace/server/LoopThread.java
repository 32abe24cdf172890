package io.headrace.server;

/** The thread that the queue's loop runs on: an event loop of Netty, or a simulated one. */
public interface LoopThread {
  /** Monotonic time in nanoseconds. */
  long nanoTime();

  /** When the bytes that are being handed over came, in the terms of {@link #nanoTime}. */
  default long arrivedNanos() {
    return nanoTime();
  }

  /** Runs {@code step} once when the reads of this turn are done. Called on this thread. */
  void atEndOfTurn(Runnable step);

  /**
   * Runs {@code wake} at or soon after this time, in the terms of {@link #nanoTime}. Only the
   * latest call counts. Called on this thread.
   */
  void wakeAt(long nanoTime, Runnable wake);

  /** Runs {@code task} on this thread soon. Called from any thread. */
  void execute(Runnable task);

  /**
   * Runs {@code task} on this thread when sockets had their turn: for work that goes on and on,
   * piece by piece. Called on this thread.
   */
  void executeAfterReads(Runnable task);
}
