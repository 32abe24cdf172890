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

  /** Sessions that are looked at in one piece of a sweep: some microseconds. */
  static final int LOOKS_A_PIECE = 1_000;

  /** Sessions that are closed in one piece: each is a close(2), some 50 microseconds. */
  static final int CLOSES_A_PIECE = 4;

  private final long timeoutNs;
  private final List<BeanstalkSession> sessions = new ArrayList<>();

  /** Those before this place are still to be looked at in this sweep. */
  private int unseen;

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

  /**
   * Closes some of the sessions whose time is over, so that nobody waits for long who is not one of
   * them; false when all were looked at.
   */
  boolean sweep(long nowNs) {
    if (timeoutNs == Long.MAX_VALUE) {
      return false;
    }
    if (unseen == 0) {
      unseen = sessions.size();
    }
    int closed = 0;
    for (int looks = 0; looks < LOOKS_A_PIECE && closed < CLOSES_A_PIECE; looks++) {
      // Downwards: who leaves, now or between two pieces, gives its place to one behind it.
      unseen = Math.min(unseen, sessions.size()) - 1;
      if (unseen < 0) {
        break;
      }
      BeanstalkSession session = sessions.get(unseen);
      long allowedNs = timeoutNs + session.commandBytes() * NS_A_BYTE;
      if (session.commandAgeNs(nowNs) > allowedNs) {
        session.tooSlow(nowNs);
        closed++;
      }
    }
    unseen = Math.max(unseen, 0);
    return unseen > 0;
  }
}
