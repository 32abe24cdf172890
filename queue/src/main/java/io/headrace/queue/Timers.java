package io.headrace.queue;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tubes, sessions and keys by the time at which they are due: a 4-ary heap in which each knows its
 * place.
 */
final class Timers {
  private static final int ARITY = 4;
  private static final int PLACES_AT_FIRST = 16;

  private @Nullable Timed[] heap = new Timed[PLACES_AT_FIRST];
  private int size;

  /** When the first is due, or {@link Long#MAX_VALUE}. */
  long firstDueNs() {
    return size == 0 ? Long.MAX_VALUE : at(0).dueNs;
  }

  /** The first; there must be one. */
  Timed first() {
    Invariant.check(size > 0, "there is a first timer");
    return at(0);
  }

  /** Sets when this is due; {@link Long#MAX_VALUE} takes it out. */
  void set(Timed timed, long dueNs) {
    if (timed.dueNs == dueNs) {
      return;
    }
    var earlier = dueNs < timed.dueNs;
    timed.dueNs = dueNs;
    if (timed.timerPlace < 0) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, size * 2);
      }
      siftUp(size++, timed);
    } else if (dueNs == Long.MAX_VALUE) {
      remove(timed);
    } else if (earlier) {
      siftUp(timed.timerPlace, timed);
    } else {
      siftDown(timed.timerPlace, timed);
    }
  }

  private void remove(Timed timed) {
    var place = timed.timerPlace;
    timed.timerPlace = -1;
    var last = at(--size);
    heap[size] = null;
    if (last != timed) {
      if (place > 0 && less(last, at((place - 1) / ARITY))) {
        siftUp(place, last);
      } else {
        siftDown(place, last);
      }
    }
  }

  private void siftUp(int from, Timed timed) {
    var place = from;
    while (place > 0) {
      var parent = at((place - 1) / ARITY);
      if (!less(timed, parent)) {
        break;
      }
      put(place, parent);
      place = (place - 1) / ARITY;
    }
    put(place, timed);
  }

  private void siftDown(int from, Timed timed) {
    var place = from;
    while (true) {
      var childPlace = place * ARITY + 1;
      if (childPlace >= size) {
        break;
      }
      var end = Math.min(childPlace + ARITY, size);
      for (var i = childPlace + 1; i < end; i++) {
        if (less(at(i), at(childPlace))) {
          childPlace = i;
        }
      }
      var child = at(childPlace);
      if (!less(child, timed)) {
        break;
      }
      put(place, child);
      place = childPlace;
    }
    put(place, timed);
  }

  private void put(int place, Timed timed) {
    heap[place] = timed;
    timed.timerPlace = place;
  }

  private Timed at(int place) {
    var timed = heap[place];
    if (timed == null) {
      throw new AssertionError("a timer's place is taken");
    }
    return timed;
  }

  private static boolean less(Timed a, Timed b) {
    return a.dueNs != b.dueNs ? a.dueNs < b.dueNs : a.timerRank() < b.timerRank();
  }

  /** Checks every rule of the structure; for tests. */
  void validate() {
    for (var place = 0; place < size; place++) {
      Invariant.check(at(place).timerPlace == place, "a timer knows its place");
      Invariant.check(at(place).dueNs != Long.MAX_VALUE, "a timer in the heap is due some time");
      Invariant.check(
          place == 0 || !less(at(place), at((place - 1) / ARITY)), "a parent is due before");
    }
  }
}
