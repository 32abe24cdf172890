package io.headrace.server.beanstalk;

/**
 * How much of the memory for bodies those hold that are announced and not complete. They may have
 * half of it together, or be one alone: so a crowd that announces large bodies and sends none
 * leaves room for the puts of others.
 */
final class ArrivingBodies {
  private final long bytesMax;
  private long bytes;

  /**
   * None yet.
   *
   * @param budgetBytes what all bodies may have
   */
  ArrivingBodies(long budgetBytes) {
    bytesMax = budgetBytes / 2;
  }

  /** Whether another one may begin. */
  boolean haveRoomFor(int bodyBytes) {
    return bytes == 0 || bytes + bodyBytes <= bytesMax;
  }

  void begins(int bodyBytes) {
    bytes += bodyBytes;
  }

  void ends(int bodyBytes) {
    bytes -= bodyBytes;
  }
}
