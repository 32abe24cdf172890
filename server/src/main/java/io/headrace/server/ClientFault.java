package io.headrace.server;

import java.util.Locale;

/** What clients do wrong, as far as a server can tell: each is counted. */
public enum ClientFault {
  /** A line that is nearly a command, and is answered by BAD_FORMAT. */
  BAD_FORMAT,
  /** A line longer than any command. */
  TOO_LONG,
  /** A line that begins with no command there is. */
  UNKNOWN,
  /** A body larger than max-job-size. */
  OVERSIZED,
  /** A body with no CRLF behind it: most likely a wrong length. */
  NO_CRLF,
  /** A command that was begun and not completed in time; its connection was closed. */
  UNFINISHED,
  /** Replies that were not read; the connection was closed. */
  UNREAD;

  /** The word for it in {@code stats}, metrics and pages. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
