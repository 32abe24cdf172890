package io.headrace.journal;

import io.headrace.queue.Invariant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The account of the files that bodies lie in: how much of each is live, and which may go. Bodies
 * only ever come to a segment while it is written; afterwards its live bytes only fall.
 */
final class Ledger implements BodyStore.FreedListener {
  private final Shelf log = new Shelf();
  private final Shelf bodies = new Shelf();
  private LongSupplier lastIndex = () -> 0;
  private long fileBytes;
  private long freedBytes;
  private long bodiesMoved;

  /** The segments of one kind, found by number in O(1). */
  private static final class Shelf {
    private int base = 1;
    private Optional<Segment>[] segments = empty(64);

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Optional<Segment>[] empty(int count) {
      Optional<Segment>[] made = new Optional[count];
      Arrays.fill(made, Optional.empty());
      return made;
    }

    void put(Segment segment) {
      if (segment.number - base >= segments.length) {
        rebase(segment.number);
      }
      Invariant.check(segment.number >= base, "segments are added in order");
      segments[segment.number - base] = Optional.of(segment);
    }

    private void rebase(int number) {
      List<Segment> kept = all();
      int first = kept.isEmpty() ? number : kept.getFirst().number;
      int length = Math.max(64, 2 * (number - first + 1));
      base = first;
      segments = empty(length);
      kept.forEach(segment -> segments[segment.number - base] = Optional.of(segment));
    }

    Segment get(int number) {
      return segments[number - base].orElseThrow();
    }

    void remove(int number) {
      segments[number - base] = Optional.empty();
    }

    List<Segment> all() {
      List<Segment> found = new ArrayList<>();
      for (Optional<Segment> segment : segments) {
        segment.ifPresent(found::add);
      }
      return found;
    }
  }

  /** The log is open: this tells the index of the last entry that was appended. */
  void follow(LongSupplier appendedIndex) {
    lastIndex = appendedIndex;
  }

  void add(Segment segment) {
    (segment.ofBodies ? bodies : log).put(segment);
    fileBytes += segment.fileBytes;
  }

  /** The file was given another length. */
  void resized(Segment segment, long bytes) {
    fileBytes += bytes - segment.fileBytes;
    segment.fileBytes = bytes;
  }

  /** A body was put into a segment. */
  void located(Segment segment, int bytes) {
    segment.liveBytes += (long) bytes + Segment.BODY_OVERHEAD_BYTES;
  }

  /** A body was found at its place in recovery. */
  void found(long location, int bytes) {
    located(segment(location), bytes);
  }

  @Override
  public void freed(long location, int bytes) {
    long counted = (long) bytes + Segment.BODY_OVERHEAD_BYTES;
    freedBytes += counted;
    leave(segment(location), counted);
  }

  /** A body was copied from one segment to another. */
  void moved(long from, Segment to, int bytes) {
    bodiesMoved++;
    leave(segment(from), (long) bytes + Segment.BODY_OVERHEAD_BYTES);
    located(to, bytes);
  }

  private void leave(Segment segment, long counted) {
    segment.liveBytes -= counted;
    Invariant.check(segment.liveBytes >= 0, "no more bytes die than lived");
    if (segment.liveBytes == 0) {
      segment.cleanFrom = lastIndex.getAsLong();
    }
  }

  Segment segment(long location) {
    int number = Location.segment(location);
    return Location.isBodies(location) ? bodies.get(number) : log.get(number);
  }

  /** Bytes of all files in the account. */
  long fileBytes() {
    return fileBytes;
  }

  /** Bytes of all bodies freed so far, with their overhead; only grows. */
  long freedBytes() {
    return freedBytes;
  }

  /** Number of bodies copied forward so far. */
  long bodiesMoved() {
    return bodiesMoved;
  }

  /** Log segments in the order of the log. */
  List<Segment> log() {
    return log.all();
  }

  List<Segment> bodies() {
    return bodies.all();
  }

  /** Returns what no entry after, and no body of, this snapshot needs. */
  List<Segment> dispensable(long snapshot, int currentNumber) {
    List<Segment> found = new ArrayList<>();
    for (Segment segment : log.all()) {
      if (segment.number < currentNumber
          && segment.lastIndex <= snapshot
          && segment.isClean(snapshot)) {
        found.add(segment);
      }
    }
    for (Segment segment : bodies.all()) {
      if (segment.isClean(snapshot)) {
        found.add(segment);
      }
    }
    return found;
  }

  /** Forgets these segments: their files go. */
  void remove(List<Segment> gone) {
    for (Segment segment : gone) {
      (segment.ofBodies ? bodies : log).remove(segment.number);
      fileBytes -= segment.fileBytes;
    }
  }
}
