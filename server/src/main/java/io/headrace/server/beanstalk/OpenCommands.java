package io.headrace.server.beanstalk;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The sessions whose peers owe the rest of a command. They are looked at now and then rather than
 * timed: to enter and to leave costs a few nanoseconds, and no allocation in the steady state.
 */
final class OpenCommands {
  /** Time for a byte of a body at the least rate, 1 KiB/s. */
  static final long NS_A_BYTE = 1_000_000_000 / 1024;

  private final long timeoutNs;
  private final List<BeanstalkSession> sessions = new ArrayList<>();

  /**
   * None yet.
   *
   * @param timeout how long a command may take beside what its body takes at the least rate
   */
  OpenCommands(Optional<Duration> timeout) {
    timeoutNs = timeout.map(Duration::toNanos).orElse(Long.MAX_VALUE);
  }

  /** Adds a session; returns its place. */
  int enter(BeanstalkSession session) {
    sessions.add(session);
    return sessions.size() - 1;
  }

  /** Takes out the session of this place; the last one moves there. */
  void leave(int place) {
    BeanstalkSession last = sessions.removeLast();
    if (place < sessions.size()) {
      sessions.set(place, last);
      last.movedTo(place);
    }
  }

  /** Closes the sessions whose time is over. */
  void sweep(long nowNs) {
    if (timeoutNs == Long.MAX_VALUE) {
      return;
    }
    // Downwards: who is closed leaves, and one that was looked at takes its place.
    for (int i = sessions.size() - 1; i >= 0; i--) {
      BeanstalkSession session = sessions.get(i);
      long allowedNs = timeoutNs + session.commandBytes() * NS_A_BYTE;
      if (session.commandAgeNs(nowNs) > allowedNs) {
        session.tooSlow(nowNs);
      }
    }
  }
}
