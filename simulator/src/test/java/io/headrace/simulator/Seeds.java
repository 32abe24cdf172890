package io.headrace.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/** Runs many seeds on all processors, each by itself, and says how to repeat those that fail. */
final class Seeds {
  private static final int SHOWN_MAX = 5;

  private Seeds() {}

  /**
   * Runs {@code count} seeds, or as many as {@code -Dheadrace.simulator.seeds} says; only one with
   * {@code -Dheadrace.simulator.seed}.
   */
  static void run(int count, LongConsumer story) {
    long only = Long.getLong("headrace.simulator.seed", -1);
    long seeds = Long.getLong("headrace.simulator.seeds", count);
    each(only >= 0 ? LongStream.of(only) : LongStream.range(0, seeds), story);
  }

  /** Runs the story once for each number. */
  static void each(LongStream numbers, LongConsumer story) {
    List<AssertionError> failures = new ArrayList<>();
    numbers
        .parallel()
        .forEach(number -> {
          try {
            story.accept(number);
          } catch (RuntimeException | Error e) {
            synchronized (failures) {
              failures.add(
                  new AssertionError(
                      "seed "
                          + number
                          + " (repeat it with -Dheadrace.simulator.seed="
                          + number
                          + "): "
                          + e,
                      e));
            }
          } finally {
            StoryMemory.giveBack();
          }
        });
    if (!failures.isEmpty()) {
      var all = new AssertionError(failures.size() + " runs failed, the first being these");
      failures.stream().limit(SHOWN_MAX).forEach(all::addSuppressed);
      all.initCause(failures.getFirst());
      throw all;
    }
  }
}
