package io.headrace.server.beanstalk;

import io.headrace.queue.Answer;
import java.nio.charset.StandardCharsets;

/** The replies that are one word, as they go over the wire. */
enum Word {
  BAD_FORMAT,
  UNKNOWN_COMMAND,
  EXPECTED_CRLF,
  JOB_TOO_BIG,
  DRAINING,
  OUT_OF_MEMORY,
  NOT_FOUND,
  DELETED,
  RELEASED,
  BURIED,
  TOUCHED,
  KICKED,
  PAUSED,
  NOT_IGNORED,
  DEADLINE_SOON,
  TIMED_OUT,
  CLOSED,
  NOT_RECORDED,
  DRAIN_ON,
  DRAIN_OFF,
  STOPPING,
  SET,
  DIED,
  KEPT,
  RETRIED,
  DROPPED,
  UNDROPPED,
  AUTHORIZED,
  UNAUTHORIZED,
  FORBIDDEN;

  // Bytes, though an array can be changed: they are copied for every reply.
  @SuppressWarnings("ImmutableEnumChecker")
  private final byte[] line = (name() + "\r\n").getBytes(StandardCharsets.US_ASCII);

  /** The word with its CRLF. Not to be changed. */
  byte[] line() {
    return line;
  }

  static Word of(Answer answer) {
    return switch (answer) {
      case DELETED -> DELETED;
      case RELEASED -> RELEASED;
      case BURIED -> BURIED;
      case TOUCHED -> TOUCHED;
      case JOB_KICKED -> KICKED;
      case PAUSED -> PAUSED;
      case NOT_FOUND -> NOT_FOUND;
      case NOT_IGNORED -> NOT_IGNORED;
      case DEADLINE_SOON -> DEADLINE_SOON;
      case TIMED_OUT -> TIMED_OUT;
      case OUT_OF_MEMORY -> OUT_OF_MEMORY;
      case POLICY_SET -> SET;
      case DIED -> DIED;
      case DOCKET_KEPT -> KEPT;
      case JOB_RETRIED -> RETRIED;
      case JOB_DROPPED -> DROPPED;
      case JOB_UNDROPPED -> UNDROPPED;
    };
  }
}
