package io.headrace.queue.model;

import io.headrace.queue.Command;

/** One thing that happens to the machine under test. */
sealed interface Step {
  /** A command arrives with this stamp. */
  record Apply(long stampNs, Command command) implements Step {}

  /**
   * A snapshot begins; after each following command it walks over so many more places. When it is
   * done, the machine is replaced by one made of it. Nothing happens while another one is under
   * way.
   */
  record Snapshot(int places) implements Step {}

  /** The snapshot under way, if any, is given up. */
  record Abandon() implements Step {}
}
