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
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same bytes to beanstalkd 1.12 and to Headrace must bring the same bytes back, but for what
 * {@link MaskedReplies} makes equal. Where Headrace means to differ, {@link MeantDifferencesIT}
 * says how.
 *
 * <p>{@code -Dheadrace.trials.seed} chooses the random scripts, {@code -Dheadrace.trials.scripts}
 * their number.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DifferentialIT {

  private static final long SEED = Long.getLong("headrace.trials.seed", 20_260_101L);
  private static final int SCRIPTS = Integer.getInteger("headrace.trials.scripts", 40);
  private static final int COMMANDS = 400;
  private static final int SHOWN_BEFORE = 20;
  private static final int SHOWN_AFTER = 3;

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
      same(edge.bytes(both.nextId()), edge.halfClose(), splitting, random);
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
      same(bytes.toString(), false, splitting, random);
    }
  }

  private void same(String bytes, boolean halfClose, boolean splitting, Random random)
      throws IOException {
    boolean alike = false;
    try {
      var expected = MaskedReplies.of(SideBySide.whole(both.beanstalkd(), bytes, halfClose));
      var actual =
          MaskedReplies.of(
              splitting
                  ? SideBySide.split(both.headrace(), bytes, halfClose, random)
                  : SideBySide.whole(both.headrace(), bytes, halfClose));
      assertAlike(actual, expected, (splitting ? "In pieces: " : "At once: ") + shown(bytes));
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
      assertAlike(actual, expected, test.name());
      alike = true;
    } finally {
      if (!alike) {
        both.restart();
      }
    }
  }

  /** Fails with the first difference, what came before it, and {@code sent}. */
  private static void assertAlike(List<String> actual, List<String> expected, String sent) {
    int same = 0;
    while (same < Math.min(actual.size(), expected.size())
        && actual.get(same).equals(expected.get(same))) {
      same++;
    }
    var before = expected.subList(Math.max(0, same - SHOWN_BEFORE), same);
    assertThat(from(actual, same))
        .as("After %d equal replies, these last:%n%s%n%s", same, String.join("\n", before), sent)
        .isEqualTo(from(expected, same));
  }

  private static List<String> from(List<String> replies, int first) {
    return replies.subList(first, Math.min(replies.size(), first + SHOWN_AFTER));
  }

  private static String shown(String bytes) {
    var text = bytes.replace("\r\n", "\\r\\n\n").replace("\0", "\\0");
    return text.length() < 3000 ? text : text.substring(0, 3000) + "…";
  }
}
