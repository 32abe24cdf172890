package io.headrace.server;

import java.util.Arrays;
import java.util.function.Consumer;

/** Some sessions, without an allocation in the steady state. */
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

  /** Takes each out, in the order in which they came, also those that come meanwhile. */
  void empty(Consumer<Session> taker) {
    for (int i = 0; i < count; i++) {
      Session session = sessions[i];
      sessions[i] = nobody;
      taker.accept(session);
    }
    count = 0;
  }
}
