package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where Headrace means to differ from beanstalkd 1.12: its defects, and what 1.13 changed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MeantDifferencesIT {

  @SuppressWarnings("NullAway.Init")
  private RunningServer server;

  @BeforeAll
  void starts_it(@TempDir Path folder) throws IOException {
    server = RunningServer.of(Peer.HEADRACE, folder).start();
  }

  @AfterAll
  void ends_it() {
    server.close();
  }

  /**
   * beanstalkd reads lines in pieces of 224 bytes, misses a CRLF that lies across two of them, and
   * swallows the next line. Here every line is answered.
   */
  @ParameterizedTest
  @ValueSource(ints = {225, 449, 673})
  void a_CRLF_across_its_pieces_is_seen(int bytes) throws IOException {
    assertThat(replies("a".repeat(bytes - 2) + "\r\nlist-tube-used\r\n"))
        .isEqualTo("BAD_FORMAT\r\nUSING default\r\n");
  }

  /**
   * To beanstalkd a CR that no LF follows hides the CRLF after it, and the connection hangs. Here
   * the first CRLF ends the line.
   */
  @ParameterizedTest
  @ValueSource(strings = {"list-tube-used\r", "list-tube-used\rlist-tubes", "list-tube-used \r\r"})
  void a_bare_CR_hides_no_CRLF(String line) throws IOException {
    assertThat(replies(line + "\r\nlist-tube-used\r\n"))
        .isEqualTo("BAD_FORMAT\r\nUSING default\r\n");
  }

  /** 1.12 takes what is no number for 0. */
  @ParameterizedTest
  @ValueSource(strings = {"", "x", "+0"})
  void a_timeout_that_is_no_number_is_bad_as_since_1_13(String timeout) throws IOException {
    assertThat(replies("reserve-with-timeout " + timeout + "\r\n")).isEqualTo("BAD_FORMAT\r\n");
  }

  /** To beanstalkd the job is there as soon as its first line is. */
  @Test
  void a_job_that_was_never_sent_whole_is_not_there() throws IOException {
    try (var sending = server.connect();
        var looking = server.connect()) {
      long next = looking.put("x").id() + 1;
      sending.send("put 0 0 100 1000\r\nhalf of it");
      for (long id = next; id < next + 3; id++) {
        assertThat(looking.ask("peek " + id).line()).isEqualTo("NOT_FOUND");
        assertThat(looking.ask("stats-job " + id).line()).isEqualTo("NOT_FOUND");
        assertThat(looking.ask("delete " + id).line()).isEqualTo("NOT_FOUND");
      }
      sending.endOutput();
      assertThat(sending.rest()).isEmpty();
      assertThat(looking.ask("delete " + (next - 1)).line()).isEqualTo("DELETED");
      assertThat(looking.ask("reserve-with-timeout 0").line()).isEqualTo("TIMED_OUT");
    }
  }

  /** Clients in use send a negative timeout for "no timeout"; 1.12 takes it, 1.13 does not. */
  @Test
  void a_negative_timeout_waits_for_ever() throws IOException {
    try (var waiting = server.connect();
        var producer = server.connect()) {
      waiting.ask("watch forever");
      waiting.send("reserve-with-timeout -1\r\n");
      producer.ask("use forever");
      var put = producer.put("at last");
      assertThat(waiting.reply().body()).isEqualTo("at last");
      assertThat(waiting.ask("delete " + put.id()).line()).isEqualTo("DELETED");
    }
  }

  @Test
  void strings_in_stats_are_quoted_as_since_1_13() throws IOException {
    try (var talk = server.connect()) {
      assertThat(talk.ask("stats").body())
          .containsPattern("(?m)^version: \"1\\.13\"$")
          .containsPattern("(?m)^headrace-version: \".+\"$")
          .containsPattern("(?m)^hostname: \".*\"$")
          .containsPattern("(?m)^os: \".*\"$")
          .containsPattern("(?m)^platform: \".*\"$")
          .containsPattern("(?m)^id: [0-9a-f]{16}$");
      assertThat(talk.ask("stats-tube default").body()).contains("\nname: \"default\"\n");
      long id = talk.put("quoted").id();
      assertThat(talk.ask("stats-job " + id).body()).contains("\ntube: \"default\"\n");
      assertThat(talk.ask("delete " + id).line()).isEqualTo("DELETED");
    }
  }

  private String replies(String bytes) throws IOException {
    return SideBySide.whole(server, bytes + "quit\r\n", false);
  }
}
