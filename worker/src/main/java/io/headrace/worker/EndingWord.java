package io.headrace.worker;

import java.time.Duration;
import java.util.function.Function;

/** How rules write what becomes of a job. */
final class EndingWord {
  private static final String DELAY = "delay:";

  private EndingWord() {}

  /**
   * Reads one.
   *
   * @param where the rule, for a message
   * @param words those that may stand there, for a message
   * @param durations reads a time
   * @throws IllegalArgumentException when it is none
   */
  static Ending read(
      String where, String word, String words, Function<String, Duration> durations) {
    return switch (word) {
      case "delete" -> new Ending.Delete();
      case "release" -> new Ending.Release();
      case "bury" -> new Ending.Bury();
      default -> {
        if (!word.startsWith(DELAY)) {
          throw new IllegalArgumentException(where + ": '" + word + "' is not " + words);
        }
        try {
          yield new Ending.Delay(durations.apply(word.substring(DELAY.length())));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(where + ": " + e.getMessage(), e);
        }
      }
    };
  }
}
