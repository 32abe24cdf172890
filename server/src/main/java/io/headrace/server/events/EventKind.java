package io.headrace.server.events;

import java.util.Locale;
import org.slf4j.event.Level;

/** What an event is about. Names are never changed: scripts read them. */
public enum EventKind {
  /** A job has taken down its workers, and is kept from them. */
  JOB_POISONED(Level.WARN),
  /** A job has used up its tries. */
  JOB_EXHAUSTED(Level.WARN),
  /** A job was not done in the time that it had. */
  JOB_EXPIRED(Level.WARN),
  /** A job's body is not what was put. */
  JOB_DAMAGED(Level.WARN),
  /** A job fails again and again, and has tries left. */
  JOB_STRUGGLES(Level.WARN),
  /** More jobs a minute expire or become dead letters than is usual. */
  DEAD_LETTERS_RATE(Level.WARN),
  /** Most jobs of a tube fail. */
  TUBE_SICK(Level.WARN),
  /** A tube that was sick is well. */
  TUBE_WELL(Level.INFO),
  /** The oldest ready job of a tube waits for too long. */
  OLDEST_READY(Level.WARN),
  /** The disk of the data directory is nearly full. */
  DISK_FULL(Level.WARN),
  /** The process has nearly as many files and sockets open as it may. */
  DESCRIPTORS(Level.WARN),
  /** Puts are refused, by an operator's wish. */
  DRAINING(Level.INFO),
  /** The server has started. */
  RESTARTED(Level.INFO),
  /** The journal cannot be used, and the server has not started: the process says it itself. */
  JOURNAL_REFUSED(Level.INFO);

  private final Level level;
  private final String word;

  EventKind(Level level) {
    this.level = level;
    word = name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** How it is logged. */
  Level level() {
    return level;
  }

  /** Its name in JSON: {@code job-poisoned}. */
  public String word() {
    return word;
  }
}
