package io.headrace.queue;

import org.jspecify.annotations.Nullable;

/** That a session watches a tube; while the session waits, its place among the tube's waiters. */
final class Watch {
  final Session session;
  final Tube tube;
  @Nullable Watch previous;
  @Nullable Watch next;

  Watch(Session session, Tube tube) {
    this.session = session;
    this.tube = tube;
  }
}
