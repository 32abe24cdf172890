package io.headrace.server.metrics;

import io.headrace.queue.TubeName;

/** How tubes become labels. */
final class Tubes {
  /** Tubes that get a label of their own in one scrape; a series costs Prometheus about 3 KiB. */
  static final int AS_LABELS = 100;

  /** What all others are summed under. A tube of this very name is one of them, always. */
  static final TubeName OTHERS = TubeName.of("(others)");

  private Tubes() {}
}
