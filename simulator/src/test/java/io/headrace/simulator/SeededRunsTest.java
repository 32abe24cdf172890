package io.headrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs of every kind, each made of its seed alone. */
final class SeededRunsTest {
  private static final int STEPS = 4_000;

  static LongStream seeds() {
    long only = Long.getLong("headrace.simulator.seed", -1);
    return only >= 0
        ? LongStream.of(only)
        : LongStream.range(0, Long.getLong("headrace.simulator.seeds", 150));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void a_server_without_a_journal_keeps_its_word(long seed) {
    var world = new World(Scenario.calm(seed, STEPS), LogKind.VOLATILE);
    world.run();
    assertThat(world.replies()).isPositive();
  }
}
