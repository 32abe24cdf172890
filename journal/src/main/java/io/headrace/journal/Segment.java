package io.headrace.journal;

/** A file that bodies lie in: of the log, or of bodies copied forward. */
final class Segment {
  /** What a live body counts beside its bytes: its record's other bytes, at most. */
  static final int BODY_OVERHEAD_BYTES = 32;

  final boolean ofBodies;
  final int number;
  final String name;

  /** First and last index of a log segment; an empty one ends before it begins. */
  long firstIndex;

  long lastIndex;

  long fileBytes;

  /** Bytes of the bodies in it that jobs still have, with their overhead. */
  long liveBytes;

  /**
   * Snapshots of this index or later do not refer to it; meaningful while nothing in it is live.
   */
  long cleanFrom;

  /** The snapshot that is being written copies what lives in it forward. */
  boolean victim;

  /** Reads of bodies in it that are under way. */
  int readers;

  /** A body in it could not be read: it stays as it is, and is evidence. */
  boolean damaged;

  Segment(boolean ofBodies, int number, long fileBytes) {
    this.ofBodies = ofBodies;
    this.number = number;
    this.fileBytes = fileBytes;
    name = ofBodies ? FileNames.bodies(number) : FileNames.log(number);
  }

  /** Whether neither this snapshot nor a later one, nor anybody now, needs a body of it. */
  boolean isClean(long snapshot) {
    return liveBytes == 0 && readers == 0 && cleanFrom <= snapshot;
  }
}
