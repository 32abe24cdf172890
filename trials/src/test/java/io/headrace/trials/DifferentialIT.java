package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same bytes to beanstalkd 1.12 and to Headrace must bring the same bytes back, but for what
 * {@link MaskedReplies} makes equal. Where Headrace means to differ, a test below says how.
 *
 * <p>{@code -Dheadrace.trials.seed} chooses the random scripts, {@code -Dheadrace.trials.scripts}
 * their number.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DifferentialIT {

  private static final long SEED = Long.getLong("headrace.trials.seed", 20_260_101L);
  private static final int SCRIPTS = Integer.getInteger("headrace.trials.scripts", 40);
  private static final int COMMANDS = 400;

  @SuppressWarnings("NullAway.Init")
  private SideBySide both;

  @BeforeAll
  void starts_both(@TempDir Path folder) throws IOException {
    both = new SideBySide(folder);
  }

  @AfterAll
  void ends_both() throws IOException {
    both.close();
  }

  @TestFactory
  Stream<DynamicTest> edges_are_answered_alike() {
    return EdgeScripts.all().stream()
        .map(edge -> DynamicTest.dynamicTest(edge.name(), () -> compare(edge)));
  }

  @TestFactory
  Stream<DynamicTest> random_streams_are_answered_alike() {
    return seeds("stream").map(test -> DynamicTest.dynamicTest(test.name(), () -> stream(test)));
  }

  @TestFactory
  Stream<DynamicTest> random_turns_of_four_connections_are_answered_alike() {
    return seeds("turns").map(test -> DynamicTest.dynamicTest(test.name(), () -> turns(test)));
  }

  /**
   * beanstalkd misses a CRLF whose CR is the 224th byte of a line, and swallows the next line with
   * it. Here every line is answered.
   */
  @Test
  void a_line_of_225_bytes_is_answered_by_itself() throws IOException {
    var bytes = "a".repeat(223) + "\r\nlist-tube-used\r\nquit\r\n";
    assertThat(SideBySide.whole(both.headrace(), bytes, false))
        .isEqualTo("BAD_FORMAT\r\nUSING default\r\n");
  }

  /**
   * To beanstalkd a CR that no LF follows hides the CRLF after it, and the connection hangs. Here
   * the first CRLF ends the line.
   */
  @ParameterizedTest
  @ValueSource(strings = {"list-tube-used\r", "list-tube-used\rlist-tubes", "list-tube-used \r\r"})
  void a_bare_CR_hides_no_CRLF(String line) throws IOException {
    var bytes = line + "\r\nlist-tube-used\r\nquit\r\n";
    assertThat(SideBySide.whole(both.headrace(), bytes, false))
        .isEqualTo("BAD_FORMAT\r\nUSING default\r\n");
  }

  @Test
  void strings_in_stats_are_quoted_as_since_1_13() throws IOException {
    var control = both.control(both.headrace());
    assertThat(control.ask("stats").body())
        .containsPattern("(?m)^version: \"1\\.13\"$")
        .containsPattern("(?m)^hostname: \".*\"$")
        .containsPattern("(?m)^os: \".*\"$")
        .containsPattern("(?m)^platform: \".*\"$")
        .containsPattern("(?m)^id: [0-9a-f]{16}$");
    assertThat(control.ask("stats-tube default").body()).contains("\nname: \"default\"\n");
    var id = control.put("quoted").id();
    assertThat(control.ask("stats-job " + id).body()).contains("\ntube: \"default\"\n");
    both.restart();
  }

  private record Seeded(String kind, long seed) {
    String name() {
      return kind + ", seed " + seed;
    }
  }

  private static Stream<Seeded> seeds(String kind) {
    return LongStream.range(0, SCRIPTS).mapToObj(i -> new Seeded(kind, SEED + i));
  }

  private void compare(EdgeScripts.Edge edge) throws IOException {
    var random = new Random(edge.name().hashCode());
    for (boolean splitting : List.of(false, true)) {
      same(edge.name(), edge.bytes(both.nextId()), edge.halfClose(), splitting, random);
    }
  }

  private void stream(Seeded test) throws IOException {
    var random = new Random(test.seed());
    for (boolean splitting : List.of(false, true)) {
      var commands = new RandomCommands(random, both.nextId());
      var bytes = new StringBuilder();
      for (int i = 0; i < COMMANDS; i++) {
        bytes.append(commands.next());
      }
      bytes.append("quit\r\n");
      same(test.name(), bytes.toString(), false, splitting, random);
    }
  }

  private void same(String name, String bytes, boolean halfClose, boolean splitting, Random random)
      throws IOException {
    boolean alike = false;
    try {
      var expected = MaskedReplies.of(SideBySide.whole(both.beanstalkd(), bytes, halfClose));
      var raw =
          splitting
              ? SideBySide.split(both.headrace(), bytes, halfClose, random)
              : SideBySide.whole(both.headrace(), bytes, halfClose);
      assertThat(MaskedReplies.of(raw))
          .as("%s, sent %s:%n%s", name, splitting ? "in pieces" : "at once", shown(bytes))
          .isEqualTo(expected);
      alike = true;
    } finally {
      if (!alike) {
        both.restart();
      }
    }
  }

  private void turns(Seeded test) throws IOException {
    var firstId = both.nextId();
    var script = new TurnScript(new Random(test.seed()), firstId, COMMANDS);
    boolean alike = false;
    try {
      var expected = script.play(both.beanstalkd(), both.control(both.beanstalkd()));
      var actual = script.play(both.headrace(), both.control(both.headrace()));
      int same = 0;
      while (same < Math.min(actual.size(), expected.size())
          && actual.get(same).equals(expected.get(same))) {
        same++;
      }
      assertThat(tail(actual, same))
          .as(
              "%s, after %d equal turns, the last of them:%n%s",
              test.name(), same, String.join("\n", expected.subList(Math.max(0, same - 30), same)))
          .isEqualTo(tail(expected, same));
      alike = true;
    } finally {
      if (!alike) {
        both.restart();
      }
    }
  }

  /** The first turn that differs, and a few more. */
  private static List<String> tail(List<String> turns, int from) {
    return turns.subList(from, Math.min(turns.size(), from + 3));
  }

  private static String shown(String bytes) {
    var text = bytes.replace("\r\n", "\\r\\n\n").replace("\0", "\\0");
    return text.length() < 3000 ? text : text.substring(0, 3000) + "…";
  }
}
