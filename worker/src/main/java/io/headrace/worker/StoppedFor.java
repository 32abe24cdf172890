package io.headrace.worker;

/** Why the supervisor has ended a run. */
enum StoppedFor {
  STALL("this supervisor: no process of it got anywhere for --stall"),
  TIME("this supervisor: it ran longer than --max-time"),
  DRAIN("this supervisor: it is to end itself"),
  LOST("this supervisor: the job may be another's, since the server is lost or took it away");

  private final String words;

  StoppedFor(String words) {
    this.words = words;
  }

  /** Whether that is held against the job. */
  boolean isDeath() {
    return this == STALL || this == TIME;
  }

  /** For a docket. */
  String words() {
    return words;
  }
}
