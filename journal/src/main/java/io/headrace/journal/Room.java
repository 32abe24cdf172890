package io.headrace.journal;

/** How much the disk still takes. Each case allows all that the later ones allow. */
public enum Room {
  /** Everything. */
  ALL,
  /** No puts: the reserve is being used. */
  NO_PUTS,
  /** Deletes (and what only ends things), so that room can come back: no put, reserve, release. */
  ENDS_ONLY
}
