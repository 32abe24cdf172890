package io.headrace.server.beanstalk;

/**
 * How long a session's peer has owed the rest of the command that it has begun. Time in which the
 * session itself would not decode does not count.
 */
final class CommandClock {
  private static final int NOWHERE = -1;

  private final OpenCommands open;
  private int place = NOWHERE;
  private long sinceNs;

  CommandClock(OpenCommands open) {
    this.open = open;
  }

  /**
   * Notes that the peer owes the rest of a command.
   *
   * @param fresh whether the command has only just begun
   */
  void runs(BeanstalkSession session, boolean fresh, long nowNs) {
    if (place == NOWHERE) {
      place = open.enter(session);
      sinceNs = nowNs;
    } else if (fresh) {
      sinceNs = nowNs;
    }
  }

  /** Notes that the peer owes nothing. */
  void stops() {
    if (place != NOWHERE) {
      open.leave(place);
      place = NOWHERE;
    }
  }

  /** Notes the session's new place in the list. */
  void movedTo(int newPlace) {
    place = newPlace;
  }

  long ageNs(long nowNs) {
    return nowNs - sinceNs;
  }
}
