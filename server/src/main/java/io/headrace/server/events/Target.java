package io.headrace.server.events;

/** Who is told of events. Used by one thread, which may wait for it. */
interface Target extends AutoCloseable {
  /** How log lines call it. Has no secrets. */
  String name();

  /**
   * Tells it of one event. Ends within the time that it was made with.
   *
   * @param dropped how many events it was not told of before
   * @throws InterruptedException when its thread was interrupted: whether it was told is unknown
   */
  Outcome tell(Telling telling, long dropped) throws InterruptedException;

  /** Gives back what it holds. */
  @Override
  void close();
}
