package io.headrace.queue;

import org.jspecify.annotations.Nullable;

/** Those who wait for a tube's jobs, in the order in which they came. */
final class Line {
  /** Who stands in it: each watch has a place in one of each. */
  enum Kind {
    /** Whoever may have any job. */
    ALL,
    /** Whoever may have a suspect. */
    IDLE
  }

  private final Kind kind;
  private @Nullable Watch first;
  private @Nullable Watch last;

  Line(Kind kind) {
    this.kind = kind;
  }

  boolean isEmpty() {
    return first == null;
  }

  /** Who has waited longest; there must be one. */
  Session first() {
    if (first == null) {
      throw new AssertionError("somebody waits");
    }
    return first.session;
  }

  @Nullable Watch firstWatch() {
    return first;
  }

  @Nullable Watch next(Watch watch) {
    return watch.place(kind).next;
  }

  /** Adds a session where its wait number belongs: mostly at the end. */
  void add(Watch watch) {
    var after = last;
    while (after != null && after.session.waitNumber() > watch.session.waitNumber()) {
      after = after.place(kind).previous;
    }
    var place = watch.place(kind);
    var before = after == null ? first : after.place(kind).next;
    place.previous = after;
    place.next = before;
    place.taken = true;
    if (after == null) {
      first = watch;
    } else {
      after.place(kind).next = watch;
    }
    if (before == null) {
      last = watch;
    } else {
      before.place(kind).previous = watch;
    }
  }

  /** Takes a session out, if it is in. */
  void remove(Watch watch) {
    var place = watch.place(kind);
    if (!place.taken) {
      return;
    }
    var previous = place.previous;
    var next = place.next;
    if (previous == null) {
      first = next;
    } else {
      previous.place(kind).next = next;
    }
    if (next == null) {
      last = previous;
    } else {
      next.place(kind).previous = previous;
    }
    place.previous = null;
    place.next = null;
    place.taken = false;
  }

  /** Checks every rule of the line; for tests. */
  void validate(Tube tube) {
    var lastWait = -1L;
    for (var watch = first; watch != null; watch = next(watch)) {
      var session = watch.session;
      Invariant.check(watch.tube == tube && session.isWaiting(), "a waiter waits for its tube");
      Invariant.check(session.waitNumber() > lastWait, "waiters stand in the order they came");
      Invariant.check(session.suspects() == 0, "who holds a suspect stands in no line");
      Invariant.check(kind == Kind.ALL || session.held.isEmpty(), "the idle hold nothing");
      lastWait = session.waitNumber();
    }
  }
}
