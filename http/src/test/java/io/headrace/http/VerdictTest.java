package io.headrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The words that rules and programs know verdicts by. */
final class VerdictTest {
  private static final List<Verdict> BUT_TIMED_OUT =
      List.of(
          new Verdict.Ok(),
          new Verdict.OkLenient(List.of("x")),
          new Verdict.Malformed("x", 0),
          new Verdict.TooLarge(1, "x"),
          new Verdict.Truncated(1, OptionalLong.empty()),
          new Verdict.EarlyClose(Stage.HEADERS),
          new Verdict.Reset(Stage.BODY, "x"),
          new Verdict.DnsFailed("x"),
          new Verdict.ConnectFailed("x"),
          new Verdict.TlsRefused("x"),
          new Verdict.Certificate("x"),
          new Verdict.TlsBroken(Stage.BODY, "x"));

  private static Stream<Verdict> all() {
    var timedOut =
        Arrays.stream(Stage.values())
            .<Verdict>map(
                stage -> new Verdict.TimedOut(stage, Deadline.TOTAL, Duration.ofSeconds(1)));
    return Stream.concat(BUT_TIMED_OUT.stream(), timedOut);
  }

  @Test
  void each_that_is_no_whole_response_is_listed_by_its_word() {
    assertThat(BUT_TIMED_OUT).hasSize(Verdict.class.getPermittedSubclasses().length - 1);
    assertThat(all().filter(verdict -> !verdict.isWhole()).map(Verdict::word).distinct())
        .containsExactlyInAnyOrderElementsOf(Verdict.FAILURES);
  }
}
