package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * What a client made of a fault.
 *
 * @param problems what it did wrong; empty when it did well
 * @param pastMs how long after its deadline it returned, in milliseconds; mostly negative
 */
record FaultVerdict(List<String> problems, long pastMs) {
  /** A test for each fault; waits for all, so that nothing else runs when they are told. */
  static Stream<DynamicTest> tests(Map<String, List<Future<FaultVerdict>>> found, long seed)
      throws Exception {
    var tests = new ArrayList<DynamicTest>();
    for (var entry : found.entrySet()) {
      var problems = new ArrayList<String>();
      long pastMs = Long.MIN_VALUE;
      for (var one : entry.getValue()) {
        problems.addAll(one.get().problems());
        pastMs = Math.max(pastMs, one.get().pastMs());
      }
      tests.add(
          DynamicTest.dynamicTest(
              "%s, %d calls, deadline %+d ms"
                  .formatted(entry.getKey(), entry.getValue().size(), pastMs),
              () -> assertThat(problems).as("seed " + seed).isEmpty()));
    }
    return tests.stream();
  }
}
