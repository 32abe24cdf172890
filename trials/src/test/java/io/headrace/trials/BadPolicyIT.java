package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A policy that makes no sense: one line that names its key, and nothing changed. */
final class BadPolicyIT {

  @TempDir static Path folder;

  private static RunningServer server;
  private static Talk talk;

  @BeforeAll
  static void start() throws IOException {
    server = RunningServer.of(Peer.HEADRACE, folder).start();
    talk = server.connect();
    for (var tube : new String[] {"work", "second", "third"}) {
      talk.ask("watch " + tube);
    }
    assertThat(talk.ask("set-tube work max-ready=7").line()).isEqualTo("SET");
    assertThat(talk.ask("set-tube second on-end=move:third").line()).isEqualTo("SET");
    assertThat(talk.ask("set-tube third on-end=move:work").line()).isEqualTo("SET");
  }

  @AfterAll
  static void end() throws IOException {
    talk.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "max-death=3, max-death",
    "MAX-DEATHS=3, MAX-DEATHS",
    "max-deaths, max-deaths",
    "max-deaths=, max-deaths",
    "max-deaths=-1, max-deaths",
    "max-deaths=three, max-deaths",
    "max-deaths=1000001, max-deaths",
    "max-attempts=1000001, max-attempts",
    "max-timeouts=99999999999999999999, max-timeouts",
    "max-ready=1.5, max-ready",
    "max-ready=8 max-bytes=lots, max-bytes",
    "max-bytes=2000000TiB, max-bytes",
    "max-running=2147483648, max-running",
    "expires-after=soon, expires-after",
    "expires-after=11y, expires-after",
    "expires-after=36500d, expires-after",
    "retry-delay=5m..1s, retry-delay",
    "retry-delay=1s.., retry-delay",
    "rate=fast, rate",
    "rate=0/s, rate",
    "rate=10, rate",
    "burst=5, burst",
    "rate=10/s burst=0, burst",
    "suspect-share=0, suspect-share",
    "suspect-share=101%, suspect-share",
    "on-end=delete, on-end",
    "on-end=move:, on-end",
    "on-end=move:(, on-end",
    "on-end=move:nowhere, on-end",
    "on-end=move:work, on-end",
    "on-end=move:second, on-end",
    "max-attempts=2 max-deaths=3, max-deaths",
    "max-ready=8 nonsense=1, nonsense",
  })
  void is_refused(String words, String key) throws Exception {
    var tube = talk.ask("show-tube work");
    var tubes = talk.ask("list-tubes");
    var refusal = talk.ask("set-tube work " + words).line();
    assertThat(refusal).matches("BAD_POLICY " + key + ": [^\\r\\n]{15,}");
    assertThat(talk.ask("show-tube work")).isEqualTo(tube);
    assertThat(talk.ask("list-tubes")).isEqualTo(tubes);
  }

  @ParameterizedTest
  @CsvSource({"max-deaths=-1, max-deaths", "on-end=move:new, on-end", "burst=3, burst"})
  void creates_no_tube(String words, String key) throws Exception {
    assertThat(talk.ask("set-tube new " + words).line()).startsWith("BAD_POLICY " + key + ": ");
    assertThat(talk.ask("show-tube new").line()).isEqualTo("NOT_FOUND");
  }

  @Test
  void without_words_is_refused() throws Exception {
    assertThat(talk.ask("set-tube work").line()).matches("BAD_(POLICY .*|FORMAT)");
    assertThat(talk.ask("set-tube work ").line()).matches("BAD_(POLICY .*|FORMAT)");
    assertThat(talk.ask("set-tube").line()).matches("BAD_FORMAT|UNKNOWN_COMMAND");
    assertThat(talk.ask("set-tube -work max-ready=1").line()).isEqualTo("BAD_FORMAT");
  }

  @Test
  void is_not_half_applied() throws Exception {
    assertThat(talk.ask("set-tube work max-ready=9 burst=3").line()).startsWith("BAD_POLICY burst");
    assertThat(Told.of(talk, "show-tube work")).containsEntry("policy-max-ready", "7 (this tube)");
  }
}
