package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;

/** The reader of the scripts' results must itself be able to fail. */
final class TapScriptIT {

  @Test
  void a_good_script_gives_a_test_for_each_result_and_one_for_its_end() throws Throwable {
    var tests = tests(0, "ok 1 - a\nok 2 - b\n1..2\n");
    assertThat(tests).extracting(DynamicTest::getDisplayName).contains("a", "b");
    for (var test : tests) {
      test.getExecutable().execute();
    }
  }

  @Test
  void a_bad_result_fails_with_the_output_of_the_script() {
    var tests = tests(0, "not ok 1 - a\n# because of b\n1..1\n");
    assertThatThrownBy(() -> tests.getFirst().getExecutable().execute())
        .hasMessageContaining("because of b");
  }

  @Test
  void a_script_that_stops_half_way_fails() {
    assertThatThrownBy(() -> tests(0, "ok 1 - a\n").getLast().getExecutable().execute())
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void a_script_that_says_nothing_fails() {
    assertThatThrownBy(() -> tests(0, "1..0\n").getLast().getExecutable().execute())
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void a_script_that_ends_badly_fails() {
    assertThatThrownBy(() -> tests(1, "ok 1 - a\n1..1\n").getLast().getExecutable().execute())
        .isInstanceOf(AssertionError.class);
  }

  private static List<DynamicTest> tests(int exit, String stdout) {
    return TapScript.tests(new Run.Outcome(exit, stdout, "")).toList();
  }
}
