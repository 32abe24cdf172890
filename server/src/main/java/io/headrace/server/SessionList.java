package io.headrace.server;

import java.util.Arrays;

/** Sessions with something to flush, without an allocation in the steady state. */
final class SessionList {
  private final Session nobody;
  private Session[] sessions = new Session[64];
  private int count;

  SessionList(Session nobody) {
    this.nobody = nobody;
    Arrays.fill(sessions, nobody);
  }

  void add(Session session) {
    if (count == sessions.length) {
      sessions = Arrays.copyOf(sessions, 2 * count);
      Arrays.fill(sessions, count, sessions.length, nobody);
    }
    sessions[count++] = session;
  }

  /**
   * Takes each out and flushes it, in the order in which they came, also those that come meanwhile.
   */
  void flush() {
    for (int i = 0; i < count; i++) {
      Session session = sessions[i];
      sessions[i] = nobody;
      session.untouch();
      session.flush();
    }
    count = 0;
  }
}
