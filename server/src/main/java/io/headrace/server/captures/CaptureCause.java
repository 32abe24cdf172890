package io.headrace.server.captures;

import java.util.Locale;
import java.util.Optional;

/** Why bytes were kept. */
public enum CaptureCause {
  /** A line that is no command. */
  UNKNOWN_COMMAND,
  /** A command whose arguments cannot be read. */
  BAD_FORMAT,
  /** A line without an end. */
  LINE_TOO_LONG,
  /** A body that is not followed by CRLF. */
  EXPECTED_CRLF,
  /** A body that is larger than allowed. */
  JOB_TOO_BIG,
  /** A connection that ended while it held jobs, or a worker whose death was told. */
  HOLDER_DIED,
  /** Somebody asked for it. */
  BY_HAND;

  private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** Its name in files and lists: {@code bad-format}. */
  public String word() {
    return word;
  }

  static Optional<CaptureCause> of(String word) {
    for (CaptureCause cause : values()) {
      if (cause.word.equals(word)) {
        return Optional.of(cause);
      }
    }
    return Optional.empty();
  }
}
