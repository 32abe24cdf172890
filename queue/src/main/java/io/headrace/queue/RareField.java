package io.headrace.queue;

/** What few jobs have, each a number that is 0 for all others. */
enum RareField {
  /** Deaths of its holders that are held against it. */
  DEATHS(0),
  /** Deaths of its holders in a row, also those that are not held against it. */
  STRIKES(1),
  /** Attempts that are not held against it. */
  EXCUSED(2),
  /** Code of the {@link EndCause}. */
  CAUSE(3),
  /** One more than the slot of the tube it was moved from first. */
  ORIGIN(4),
  /** How often its holder has touched it. */
  TOUCHES(5);

  static final int COUNT = values().length;

  private final int place;

  RareField(int place) {
    this.place = place;
  }

  /** Its place among them, from 0. */
  int place() {
    return place;
  }
}
