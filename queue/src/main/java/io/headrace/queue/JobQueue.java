package io.headrace.queue;

import java.util.PriorityQueue;
import java.util.function.IntConsumer;

/**
 * Jobs in the order of a key: a sorted run, linked through the rows, and a 4-ary heap for what
 * comes out of turn. Jobs mostly come in the order of their key (ids rise, delays and TTRs are
 * alike) or go back to the front, and then all is O(1); the rest is O(log n). A job is in at most
 * one queue at a time, which is why the links can lie in its row.
 */
final class JobQueue {
  /** The keys a queue can be sorted by; each is unique to a job. */
  enum Key {
    /** Priority, then order. */
    PRIORITY,
    /** Deadline (or number of the burial), then id. */
    DEADLINE
  }

  /** As the next link: the job is in the heap, and its previous link is its place there. */
  private static final int IN_HEAP = -2;

  private static final int NONE = JobTable.NONE;
  private static final int ARITY = 4;

  private final JobTable jobs;
  private final Key key;
  private int head = NONE;
  private int tail = NONE;
  private final PagedInts heap = new PagedInts();
  private int heapSize;
  private int size;

  JobQueue(JobTable jobs, Key key) {
    this.jobs = jobs;
    this.key = key;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The slot of the smallest, or {@link JobTable#NONE}. */
  int first() {
    if (heapSize == 0) {
      return head;
    }
    var top = heap.get(0);
    return head == NONE || less(top, head) ? top : head;
  }

  void add(int slot) {
    size++;
    if (tail == NONE) {
      jobs.previous(slot, NONE);
      jobs.next(slot, NONE);
      head = slot;
      tail = slot;
    } else if (less(tail, slot)) {
      jobs.previous(slot, tail);
      jobs.next(slot, NONE);
      jobs.next(tail, slot);
      tail = slot;
    } else if (less(slot, head)) {
      jobs.next(slot, head);
      jobs.previous(slot, NONE);
      jobs.previous(head, slot);
      head = slot;
    } else {
      jobs.next(slot, IN_HEAP);
      siftUp(heapSize++, slot);
    }
  }

  void remove(int slot) {
    size--;
    if (jobs.next(slot) == IN_HEAP) {
      removeFromHeap(slot);
    } else {
      removeFromRun(slot);
    }
    jobs.previous(slot, NONE);
    jobs.next(slot, NONE);
  }

  /** The row of a job that is in this queue was moved; its links were moved with it. */
  void moved(int to) {
    var previous = jobs.previous(to);
    var next = jobs.next(to);
    if (next == IN_HEAP) {
      heap.set(previous, to);
      return;
    }
    if (previous == NONE) {
      head = to;
    } else {
      jobs.next(previous, to);
    }
    if (next == NONE) {
      tail = to;
    } else {
      jobs.previous(next, to);
    }
  }

  private void removeFromRun(int slot) {
    var previous = jobs.previous(slot);
    var next = jobs.next(slot);
    if (previous == NONE) {
      head = next;
    } else {
      jobs.next(previous, next);
    }
    if (next == NONE) {
      tail = previous;
    } else {
      jobs.previous(next, previous);
    }
  }

  private void removeFromHeap(int slot) {
    var at = jobs.previous(slot);
    var last = heap.get(--heapSize);
    if (last != slot) {
      if (at > 0 && less(last, heap.get((at - 1) / ARITY))) {
        siftUp(at, last);
      } else {
        siftDown(at, last);
      }
    }
    if ((heapSize & (PagedInts.PAGE_INTS - 1)) == 0) {
      heap.trim(heapSize);
    }
  }

  private void siftUp(int from, int slot) {
    var at = from;
    while (at > 0) {
      var parentAt = (at - 1) / ARITY;
      var parent = heap.get(parentAt);
      if (!less(slot, parent)) {
        break;
      }
      place(at, parent);
      at = parentAt;
    }
    place(at, slot);
  }

  private void siftDown(int from, int slot) {
    var at = from;
    while (true) {
      var childAt = at * ARITY + 1;
      if (childAt >= heapSize || childAt < 0) {
        break;
      }
      var end = Math.min(childAt + ARITY, heapSize);
      var least = heap.get(childAt);
      for (var i = childAt + 1; i < end; i++) {
        var other = heap.get(i);
        if (less(other, least)) {
          least = other;
          childAt = i;
        }
      }
      if (!less(least, slot)) {
        break;
      }
      place(at, least);
      at = childAt;
    }
    place(at, slot);
  }

  private void place(int at, int slot) {
    heap.set(at, slot);
    jobs.previous(slot, at);
  }

  private boolean less(int a, int b) {
    return switch (key) {
      case PRIORITY -> jobs.isBefore(a, b);
      case DEADLINE -> {
        var difference = jobs.deadlineNs(a) - jobs.deadlineNs(b);
        yield difference != 0 ? difference < 0 : jobs.id(a) < jobs.id(b);
      }
    };
  }

  /** Returns the slots of the first {@code max} jobs in order; O(max log max). */
  int[] firsts(int max) {
    var found = new int[Math.min(max, size)];
    var frontier = new PriorityQueue<Integer>(this::compareHeapPlaces);
    if (heapSize > 0) {
      frontier.add(0);
    }
    var run = head;
    for (var i = 0; i < found.length; i++) {
      var top = frontier.peek();
      if (run != NONE && (top == null || less(run, heap.get(top)))) {
        found[i] = run;
        run = jobs.next(run);
      } else if (top != null) {
        found[i] = heap.get(top);
        frontier.remove();
        for (var c = top * ARITY + 1; c <= top * ARITY + ARITY && c < heapSize; c++) {
          frontier.add(c);
        }
      }
    }
    return found;
  }

  /** Shows about the first {@code max} jobs, in no order: of the run, and of the heap's top. */
  void visitFront(int max, IntConsumer visitor) {
    var slot = head;
    for (var i = 0; i < max && slot != NONE; i++) {
      visitor.accept(slot);
      slot = jobs.next(slot);
    }
    for (var at = 0; at < Math.min(max, heapSize); at++) {
      visitor.accept(heap.get(at));
    }
  }

  private int compareHeapPlaces(int a, int b) {
    if (a == b) {
      return 0;
    }
    return less(heap.get(a), heap.get(b)) ? -1 : 1;
  }

  /** Checks every rule of the structure; O(n), for tests. */
  void validate() {
    var seen = 0;
    var previous = NONE;
    for (var slot = head; slot != NONE; slot = jobs.next(slot)) {
      Invariant.check(jobs.previous(slot) == previous, "a run is linked both ways");
      Invariant.check(previous == NONE || less(previous, slot), "a run is sorted");
      previous = slot;
      seen++;
    }
    Invariant.check(tail == previous, "a run ends at its tail");
    for (var at = 0; at < heapSize; at++) {
      var slot = heap.get(at);
      Invariant.check(jobs.next(slot) == IN_HEAP, "a job of the heap says so");
      Invariant.check(jobs.previous(slot) == at, "a job of the heap knows its place");
      Invariant.check(
          at == 0 || less(heap.get((at - 1) / ARITY), slot), "a parent is less than its child");
      seen++;
    }
    Invariant.check(seen == size, "the size is that of run and heap");
  }
}
