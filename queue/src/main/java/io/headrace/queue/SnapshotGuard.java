package io.headrace.queue;

import org.jspecify.annotations.Nullable;

/**
 * Tells a snapshot that is under way what is about to change, so that it can write that first, as
 * it was. Whatever a snapshot holds is private to {@link Tube} and {@link Session}, and each of
 * their methods that changes some of it begins here; a job's row changes between {@link
 * QueueState#unqueue} and its end only.
 */
final class SnapshotGuard {
  private @Nullable SnapshotWalk walk;
  private int number;

  /** Returns the number of the walk that begins. */
  int begin(SnapshotWalk newWalk) {
    walk = newWalk;
    return ++number;
  }

  void end() {
    walk = null;
  }

  boolean isWalking() {
    return walk != null;
  }

  /** Number of the last walk that began; what is born now needs not be written by it. */
  int number() {
    return number;
  }

  void beforeChange(Tube tube) {
    if (walk != null) {
      walk.beforeChange(tube);
    }
  }

  void beforeChange(Session session) {
    if (walk != null) {
      walk.beforeChange(session);
    }
  }

  /** The tubes that the session watches are about to change. */
  void beforeRewatch(Session session) {
    if (walk != null) {
      walk.beforeRewatch(session);
    }
  }

  /** The job in this slot is about to change. */
  void beforeChange(int slot) {
    if (walk != null) {
      walk.beforeChange(slot);
    }
  }

  /** The key that was put first is about to be forgotten. */
  void beforeForgetKey() {
    if (walk != null) {
      walk.beforeForgetKey();
    }
  }

  /** A job that was put, or whose row was written and moved, has got this slot. */
  void born(int slot) {
    if (walk != null) {
      walk.born(slot);
    }
  }
}
