package io.headrace.cli;

import sun.misc.Signal;

/** What the process does when it is told something by signal(7). */
final class Signals {
  private Signals() {}

  /**
   * Runs {@code action} on a thread of its own at each of these signals. One that was ignored when
   * the process started (nohup) stays ignored.
   *
   * @param names without SIG: TERM, INT, USR1
   */
  static void on(Runnable action, String... names) {
    for (var name : names) {
      Signal.handle(new Signal(name), _ -> action.run());
    }
  }
}
