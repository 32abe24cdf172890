package io.headrace.client;

import static io.headrace.client.Scene.ASKED;
import static io.headrace.client.Scene.EXTENSIONS;
import static io.headrace.client.Scene.UNKNOWN;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What only a Headrace server knows. */
final class OwnCommandsTest {
  private static String ok(String text) {
    return "OK " + text.length() + "\r\n" + text + "\r\n";
  }

  @Test
  void policies_are_set_or_it_is_said_why_not() throws Exception {
    try (var server =
            new ScriptedServer(
                "set-tube t max-deaths=3 rate=1/s\r\n", "SET\r\n",
                "set-tube t rate=x\r\n", "BAD_POLICY rate: 'x' is no rate\r\n",
                "set-tube t burst=2\r\n", "OUT_OF_MEMORY\r\n");
        var client = server.client()) {
      assertThat(client.setTube("t", List.of("max-deaths=3", "rate=1/s")))
          .isEqualTo(new PolicyResult.Done());
      assertThat(client.setTube("t", List.of("rate=x")))
          .isEqualTo(new PolicyResult.Bad("rate: 'x' is no rate"));
      assertThat(client.setTube("t", List.of("burst=2"))).isEqualTo(new PolicyResult.OutOfMemory());
    }
  }

  @Test
  void a_policy_that_would_smuggle_in_a_command_is_refused_before_it_is_sent() throws Exception {
    try (var server = new ScriptedServer();
        var client = server.client()) {
      for (var words : List.of(List.<String>of(), List.of("a=1\r\nquit"), List.of("a=1 b=2"))) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> client.setTube("t", words))
            .withMessageContaining("KEY=VALUE");
      }
      assertThatIllegalArgumentException()
          .isThrownBy(() -> client.setTube("t", List.of("on-end=move:" + "x".repeat(200))))
          .withMessageContaining("too long");
    }
  }

  @Test
  void a_job_comes_with_its_attempts() throws Exception {
    var text =
        """
        ---
        id: 3
        cause: none
        signature: "x: y"
        attempts:
        - attempt: 1
          how: died
          peer: "1.2.3.4:5"
        - attempt: 2
          how: released
          peer: ""
        """;
    var none = "---\nid: 4\nattempts: []\n";
    try (var server =
            new ScriptedServer(
                "show-job 3\r\n", ok(text),
                "show-job 4\r\n", ok(none),
                "show-job 5\r\n", "NOT_FOUND\r\n");
        var client = server.client()) {
      assertThat(client.showJob(3))
          .contains(
              new JobFacts(
                  Map.of("id", "3", "cause", "none", "signature", "x: y"),
                  List.of(
                      Map.of("attempt", "1", "how", "died", "peer", "1.2.3.4:5"),
                      Map.of("attempt", "2", "how", "released", "peer", ""))));
      assertThat(client.showJob(4)).contains(new JobFacts(Map.of("id", "4"), List.of()));
      assertThat(client.showJob(5)).isEmpty();
    }
  }

  @Test
  void of_another_server_a_job_has_no_attempts() throws Exception {
    try (var server =
            new ScriptedServer(
                "show-job 3\r\n", "UNKNOWN_COMMAND\r\n", "stats-job 3\r\n", ok("---\nid: 3\n"));
        var client = server.client()) {
      assertThat(client.showJob(3)).contains(new JobFacts(Map.of("id", "3"), List.of()));
    }
  }

  @Test
  void the_dead_are_listed_and_moved() throws Exception {
    try (var server =
            new ScriptedServer(
                "list-dead 7 2\r\n", ok("---\n- id: 8\n  tube: \"t\"\n- id: 9\n  tube: \"t\"\n"),
                "list-ended 1\r\n", ok("---\n- id: 1\n  how: died\n"),
                "retry-job 8\r\n", "RETRIED\r\n",
                "drop-job 9\r\n", "DROPPED\r\n",
                "undrop-job 9\r\n", "UNDROPPED\r\n",
                "undrop-job 9\r\n", "NOT_FOUND\r\n");
        var client = server.client()) {
      assertThat(client.listDead(7, 2))
          .containsExactly(Map.of("id", "8", "tube", "t"), Map.of("id", "9", "tube", "t"));
      assertThat(client.listEnded(1)).containsExactly(Map.of("id", "1", "how", "died"));
      assertThat(client.retryJob(8)).isTrue();
      assertThat(client.dropJob(9)).isTrue();
      assertThat(client.undropJob(9)).isTrue();
      assertThat(client.undropJob(9)).isFalse();
    }
  }

  @Test
  void a_death_is_told_with_its_evidence() throws Exception {
    var told = "died 5 4\r\nevid\r\n";
    try (var server =
            new ScriptedServer(
                ASKED,
                EXTENSIONS,
                told,
                "DIED\r\n",
                told,
                "NOT_FOUND\r\n",
                told,
                "JOB_TOO_BIG\r\n");
        var client = server.client()) {
      for (var result : List.of(DiedResult.DIED, DiedResult.NOT_FOUND, DiedResult.REFUSED)) {
        assertThat(client.died(5, "evid".getBytes(UTF_8))).isEqualTo(result);
      }
    }
  }

  @Test
  void evidence_is_kept_with_a_job_that_stays_held() throws Exception {
    var told = "docket 5 4\r\nevid\r\n";
    try (var server =
            new ScriptedServer(
                ASKED,
                EXTENSIONS,
                told,
                "KEPT\r\n",
                told,
                "NOT_FOUND\r\n",
                told,
                "OUT_OF_MEMORY\r\n");
        var client = server.client()) {
      for (var result : List.of(DocketResult.KEPT, DocketResult.NOT_FOUND, DocketResult.REFUSED)) {
        assertThat(client.docket(5, "evid".getBytes(UTF_8))).isEqualTo(result);
      }
    }
  }

  @Test
  void a_put_with_a_key_says_whether_it_was_done_before() throws Exception {
    var put = "put-key order/7 1024 0 60 4\r\nbody\r\n";
    try (var server =
            new ScriptedServer(
                ASKED,
                EXTENSIONS,
                put,
                "INSERTED 3\r\n",
                put,
                "KNOWN 3\r\n",
                put,
                "OUT_OF_MEMORY\r\n");
        var client = server.client()) {
      for (var result :
          List.of(
              new PutResult.Inserted(3),
              new PutResult.Known(3),
              new PutResult.Refused(PutResult.Reason.OUT_OF_MEMORY))) {
        assertThat(client.put("body".getBytes(UTF_8), JobOptions.DEFAULT, "order/7"))
            .isEqualTo(result);
      }
    }
  }

  @Test
  void a_key_that_would_be_another_command_is_refused_before_it_is_sent() throws Exception {
    try (var server = new ScriptedServer();
        var client = server.client()) {
      for (var key : List.of("", "a b", "a\r\nquit", "\u00e4", "a;b", "x".repeat(65))) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> client.put(new byte[0], JobOptions.DEFAULT, key))
            .withMessageContaining("a key has");
      }
    }
  }

  @Test
  void a_put_with_a_key_is_not_sent_to_a_server_that_would_take_it_for_commands() throws Exception {
    // Nor to a Headrace that has no keys yet.
    for (var answer : List.of(UNKNOWN, "OK 11\r\n---\n- died\n\r\n")) {
      try (var server = new ScriptedServer(ASKED, answer, "delete 5\r\n", "DELETED\r\n");
          var client = server.client()) {
        assertThatThrownBy(() -> client.put(new byte[1], JobOptions.DEFAULT, "k"))
            .isInstanceOfSatisfying(
                UnexpectedReply.class, e -> assertThat(e.unknownCommand()).isTrue());
        assertThat(client.delete(5)).isTrue();
      }
    }
  }

  @Test
  void a_docket_is_not_sent_to_a_server_that_would_take_it_for_commands() throws Exception {
    try (var server = new ScriptedServer(ASKED, UNKNOWN, "delete 5\r\n", "DELETED\r\n");
        var client = server.client()) {
      assertThatThrownBy(() -> client.died(5, "delete 6\r\n".getBytes(UTF_8)))
          .isInstanceOfSatisfying(
              UnexpectedReply.class, e -> assertThat(e.unknownCommand()).isTrue());
      assertThat(client.delete(5)).isTrue();
    }
  }
}
