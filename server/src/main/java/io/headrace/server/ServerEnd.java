package io.headrace.server;

/** How a server ended. */
public sealed interface ServerEnd {
  /** It was closed, and all that was acknowledged is safe. */
  record Stopped() implements ServerEnd {}

  /**
   * It failed, and has acknowledged nothing since.
   *
   * @param exitCode what the process should end with: 1 for a broken world, 70 for a bug of ours
   * @param message one line: what, and where
   */
  record Failed(int exitCode, String message) implements ServerEnd {
    /** The exit code when disk or system failed. */
    public static final int WORLD = 1;

    /** The exit code after a bug of ours: EX_SOFTWARE of sysexits.h. */
    public static final int BUG = 70;
  }
}
