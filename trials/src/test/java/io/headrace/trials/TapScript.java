package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * A script that prints its results as the Test Anything Protocol: {@code ok 1 - name}, {@code not
 * ok 2 - name}, explanations after {@code #}, and {@code 1..n} at the end.
 */
final class TapScript {

  private static final Pattern RESULT = Pattern.compile("(not )?ok (\\d+) - (.*)");
  private static final Pattern PLAN = Pattern.compile("1\\.\\.(\\d+)");

  private TapScript() {}

  /** Runs the script; each of its results becomes a test, and its good end is one more. */
  static Stream<DynamicTest> run(List<String> words) {
    var outcome = Run.command(words);
    return tests(outcome);
  }

  /** The tests that an outcome stands for. */
  static Stream<DynamicTest> tests(Run.Outcome outcome) {
    var tests = new ArrayList<DynamicTest>();
    int planned = -1;
    for (var line : outcome.stdout().lines().toList()) {
      var result = RESULT.matcher(line);
      var plan = PLAN.matcher(line);
      if (result.matches()) {
        boolean failed = result.group(1) != null;
        tests.add(
            DynamicTest.dynamicTest(
                result.group(3),
                () -> {
                  if (failed) {
                    fail(outcome.all());
                  }
                }));
      } else if (plan.matches()) {
        planned = Integer.parseInt(plan.group(1));
      }
    }
    int plannedTests = planned;
    int ran = tests.size();
    tests.add(
        DynamicTest.dynamicTest(
            "the script ran to its end",
            () -> {
              assertThat(outcome.exit()).as(outcome.all()).isZero();
              assertThat(ran).as(outcome.all()).isPositive().isEqualTo(plannedTests);
            }));
    return tests.stream();
  }
}
