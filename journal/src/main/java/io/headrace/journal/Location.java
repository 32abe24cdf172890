package io.headrace.journal;

/**
 * The place of a body in the journal's files: the number of the segment in the upper half, with the
 * top bit set for a segment of bodies, and the offset of the body's first byte in the lower half.
 * Never 0, since segments are numbered from 1.
 */
final class Location {
  private static final int BODIES = 1 << 31;

  private Location() {}

  static long of(int segment, long offset) {
    return ((long) segment << 32) | offset;
  }

  static long ofBodies(int segment, long offset) {
    return of(segment | BODIES, offset);
  }

  static boolean isBodies(long location) {
    return location < 0;
  }

  static int segment(long location) {
    return (int) (location >>> 32) & ~BODIES;
  }

  static long offset(long location) {
    return location & 0xFFFF_FFFFL;
  }
}
