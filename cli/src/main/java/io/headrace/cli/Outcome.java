package io.headrace.cli;

/** What becomes of a job that was reserved. Written in small letters on the command line. */
enum Outcome {
  DELETE("deleted"),
  RELEASE("released"),
  BURY("buried");

  private final String done;

  Outcome(String done) {
    this.done = done;
  }

  /** How to say that it has happened. */
  String done() {
    return done;
  }
}
