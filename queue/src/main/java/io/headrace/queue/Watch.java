package io.headrace.queue;

import org.jspecify.annotations.Nullable;

/** That a session watches a tube; while the session waits, its places among the tube's waiters. */
final class Watch {
  /** A place in a {@link Line}. */
  static final class Place {
    boolean taken;
    @Nullable Watch previous;
    @Nullable Watch next;
  }

  final Session session;
  final Tube tube;
  private final Place inLine = new Place();
  private final Place amongIdle = new Place();

  Watch(Session session, Tube tube) {
    this.session = session;
    this.tube = tube;
  }

  Place place(Line.Kind kind) {
    return switch (kind) {
      case ALL -> inLine;
      case IDLE -> amongIdle;
    };
  }
}
