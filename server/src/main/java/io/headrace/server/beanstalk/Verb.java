package io.headrace.server.beanstalk;

import java.util.Locale;

/** What the decoder found. */
enum Verb {
  /** More bytes are needed. */
  INCOMPLETE,
  BAD_FORMAT,
  /** A line longer than allowed; it was skipped. */
  LINE_TOO_LONG,
  UNKNOWN_COMMAND,

  /** A put with its whole body. */
  PUT,
  /**
   * A put, with a key or without, or a death, whose body did not end with CRLF; the body is given
   * back.
   */
  PUT_WITHOUT_CRLF,
  /** A put larger than allowed; its body was skipped. */
  PUT_TOO_BIG,
  /** A put that there is no room for; its body was skipped. */
  PUT_WITHOUT_ROOM,

  /** A good token. */
  AUTHORIZED,
  /** A token that is none, or a request before there was one; its body was skipped. */
  UNAUTHORIZED,
  /** What the session's token does not allow; its body was skipped. */
  FORBIDDEN,
  /** For a job that is not there, of a session that may not see every job. */
  HIDDEN_JOB,

  PEEK,
  PEEK_READY,
  PEEK_DELAYED,
  PEEK_BURIED,
  RESERVE,
  RESERVE_WITH_TIMEOUT,
  RESERVE_JOB,
  DELETE,
  RELEASE,
  USE,
  WATCH,
  IGNORE,
  BURY,
  KICK,
  KICK_JOB,
  TOUCH,
  STATS,
  STATS_JOB,
  STATS_TUBE,
  LIST_TUBES,
  LIST_TUBE_USED,
  LIST_TUBES_WATCHED,
  PAUSE_TUBE,
  QUIT,

  /** A put with a key, with its whole body. */
  PUT_KEY,
  /** With its whole body. */
  DIED,
  /** With its whole body. */
  DOCKET,
  SET_TUBE,
  SHOW_JOB,
  SHOW_HELD,
  PEEK_DOCKET,
  LIST_DEAD,
  LIST_ENDED,
  RETRY_JOB,
  DROP_JOB,
  UNDROP_JOB,
  CLEAR_TUBE,
  LIST_JOBS,
  LIST_CONNECTIONS,
  LIST_CAPTURES,
  GET_CAPTURE,
  CAPTURE_CONNECTION,
  DELETE_CAPTURE,
  SHOW_TUBE,
  CLOSE_CONNECTION,
  DRAIN,
  UNDRAIN,
  LIST_EXTENSIONS,
  SHUTDOWN,
  AUTH;

  private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** Whether beanstalkd does not know it, and every Headrace with this code does. */
  boolean isExtension() {
    return compareTo(PUT_KEY) >= 0 && compareTo(SHUTDOWN) < 0;
  }

  /** How a person reads it: {@code kick-job}. Empty for what is no request. */
  String word() {
    return this == INCOMPLETE ? "" : word;
  }
}
