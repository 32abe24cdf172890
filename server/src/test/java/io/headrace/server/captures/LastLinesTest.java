package io.headrace.server.captures;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LastLinesTest {
  private static String of(String bytes, int charsMax) {
    return LastLines.of(bytes.getBytes(StandardCharsets.ISO_8859_1), charsMax);
  }

  @Test
  void what_is_short_is_there_as_a_whole() {
    assertThat(of("", 20)).isEmpty();
    assertThat(of("touch 1\r\nput", 20)).isEqualTo("touch 1\\r\\nput");
  }

  @Test
  void what_is_not_to_be_seen_is_escaped() {
    assertThat(of("a\r\n\t\\\"\0\u001b\u007f\u00ff ", 40))
        .isEqualTo("a\\r\\n\\t\\\\\"\\x00\\x1b\\x7f\\xff ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"23|use a\\ntouch 1\\nput 0 0", "22|touch 1\\nput 0 0", "15|put 0 0", "7|put 0 0"})
  void lines_that_do_not_fit_are_left_out(int charsMax, String left) {
    assertThat(of("use a\ntouch 1\nput 0 0", charsMax)).isEqualTo(left);
  }

  @Test
  void of_a_line_that_does_not_fit_the_end_is_there() {
    assertThat(of("use a\nput 0 0", 6)).isEqualTo("ut 0 0");
    assertThat(of("0123456789", 4)).isEqualTo("6789");
    assertThat(of("0123456789\n", 4)).isEqualTo("89\\n");
  }

  @Test
  void no_escape_is_cut() {
    assertThat(of("\0\0\0", 11)).isEqualTo("\\x00\\x00");
    assertThat(of("a\0", 3)).isEmpty();
  }

  @Test
  void any_bytes_are_printable_and_no_longer_than_they_may_be() {
    var random = new Random(7);
    for (int round = 0; round < 1_000; round++) {
      var bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      int charsMax = random.nextInt(100);
      assertThat(LastLines.of(bytes, charsMax)).matches("[ -~]{0," + charsMax + "}");
    }
  }
}
