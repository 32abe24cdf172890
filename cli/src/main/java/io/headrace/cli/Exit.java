package io.headrace.cli;

/** What the exit code of every verb says. */
final class Exit {
  /** It is done. */
  static final int DONE = 0;

  /** The answer is no: there is no such job, none came in time, the put was refused. */
  static final int NO = 1;

  /** The command line or the configuration is wrong; nothing was changed. */
  static final int USAGE = 2;

  /** The server cannot be reached, or went away. */
  static final int UNREACHABLE = 3;

  private Exit() {}
}
