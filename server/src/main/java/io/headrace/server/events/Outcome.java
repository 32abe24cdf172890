package io.headrace.server.events;

/** What came of telling a target. */
sealed interface Outcome {
  /** It has taken the event. */
  record Told() implements Outcome {}

  /**
   * It has not, as far as is known.
   *
   * @param why what goes on after "it": {@code "answered 500"}
   */
  record NotTold(String why) implements Outcome {}
}
