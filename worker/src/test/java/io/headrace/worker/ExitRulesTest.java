package io.headrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExitRulesTest {
  private static ExitRules rules(String... rules) {
    return ExitRules.of(List.of(rules), ExitRulesTest::seconds);
  }

  private static Duration seconds(String text) {
    if (!text.matches("\\d+s")) {
      throw new IllegalArgumentException("'" + text + "' is no duration");
    }
    return Duration.ofSeconds(Long.parseLong(text.substring(0, text.length() - 1)));
  }

  @Test
  void codes_lists_and_ranges_have_their_ends() {
    var rules = rules("3=bury", "10-12,20=delay:30s", "4=died", "5=delete", "6=release");
    assertThat(rules.of(3)).isEqualTo(new Ending.Bury());
    assertThat(rules.of(11)).isEqualTo(new Ending.Delay(Duration.ofSeconds(30)));
    assertThat(rules.of(12)).isEqualTo(rules.of(20));
    assertThat(rules.of(13)).isEqualTo(new Ending.Release());
    assertThat(rules.of(4)).isEqualTo(new Ending.Died());
    assertThat(rules.of(5)).isEqualTo(new Ending.Delete());
    assertThat(rules.of(6)).isEqualTo(new Ending.Release());
  }

  @Test
  void what_nobody_rules_is_tried_again_and_75_as_the_tube_says() {
    assertThat(rules().of(1)).isEqualTo(new Ending.Release());
    assertThat(rules().of(75)).isEqualTo(new Ending.Retry());
    assertThat(rules("75=bury").of(75)).isEqualTo(new Ending.Bury());
    assertThat(ExitRules.usual().of(75)).isEqualTo(new Ending.Retry());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3          | --on-exit '3' is no rule; write CODE=WHAT, as in --on-exit 3=bury
          3=no       | --on-exit '3=no': 'no' is not delete, release, bury, died or delay:TIME
          0=bury     | --on-exit '0=bury': exit 0 always deletes the job; take the rule away
          256=bury   | --on-exit '256=bury': '256' is no exit code; write 1 to 255, or 3-9
          x=bury     | --on-exit 'x=bury': 'x' is no exit code; write 1 to 255, or 3-9
          9-3=bury   | --on-exit '9-3=bury': 9-3 runs backwards; write the smaller code first
          3=delay:soon | --on-exit '3=delay:soon': 'soon' is no duration
          """)
  void what_is_no_rule_is_refused(String rule, String message) {
    assertThatThrownBy(() -> rules(rule))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void two_that_contradict_each_other_are_refused() {
    assertThatThrownBy(() -> rules("3=bury", "2-4=delete"))
        .hasMessage("--on-exit '2-4=delete' contradicts another rule for exit 3; keep one");
    assertThat(rules("3=bury", "3=bury").of(3)).isEqualTo(new Ending.Bury());
  }
}
