package io.headrace.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** One way to the server and back for each job. */
final class TakerTest {
  private static final Duration WAIT = Duration.ofSeconds(2);
  private static final String RESERVE = "reserve-with-timeout 2\r\n";
  private static final String SHOW = "show-held\r\n";

  private static String facts(long job) {
    var text = "---\nid: " + job + "\ntube: \"t\"\nreserves: 7\n";
    return "OK " + text.length() + "\r\n" + text + "\r\n";
  }

  private static void assertIs(Taken taken, long job) {
    assertThat(taken.result())
        .isInstanceOfSatisfying(
            ReserveResult.Reserved.class,
            reserved -> assertThat(reserved.job().id()).isEqualTo(job));
    assertThat(taken.facts()).containsEntry("tube", "t").containsEntry("reserves", "7");
  }

  @Test
  void the_end_of_a_job_the_next_one_and_its_facts_are_asked_before_the_first_answer()
      throws Exception {
    try (var server =
            new ScriptedServer(
                SHOW,
                "NOT_FOUND\r\n",
                RESERVE + SHOW,
                "RESERVED 4 1\r\nx\r\n" + facts(4),
                "delete 4\r\n" + RESERVE + SHOW,
                "DELETED\r\nRESERVED 5 1\r\nx\r\n" + facts(5),
                "delete 5\r\n" + RESERVE + SHOW,
                "NOT_FOUND\r\nTIMED_OUT\r\nNOT_FOUND\r\n",
                "use t\r\n",
                "USING t\r\n");
        var client = server.client()) {
      var deleted = new ArrayList<Boolean>();
      assertIs(client.take(OptionalLong.empty(), WAIT, deleted::add), 4);
      assertThat(deleted).isEmpty();
      assertIs(client.take(OptionalLong.of(4), WAIT, deleted::add), 5);
      var last = client.take(OptionalLong.of(5), WAIT, deleted::add);
      assertThat(last.result()).isEqualTo(new ReserveResult.TimedOut());
      assertThat(last.facts()).isEmpty();
      assertThat(deleted).containsExactly(true, false);
      client.use("t");
    }
  }

  @Test
  void a_server_that_does_not_know_the_command_is_asked_for_the_facts_by_its_own()
      throws Exception {
    try (var server =
            new ScriptedServer(
                SHOW,
                "UNKNOWN_COMMAND\r\n",
                RESERVE,
                "RESERVED 4 1\r\nx\r\n",
                "stats-job 4\r\n",
                facts(4),
                "delete 4\r\n" + RESERVE,
                "DELETED\r\nRESERVED 5 1\r\nx\r\n",
                "stats-job 5\r\n",
                "NOT_FOUND\r\n");
        var client = server.client()) {
      assertIs(client.take(OptionalLong.empty(), WAIT, _ -> {}), 4);
      assertThat(client.take(OptionalLong.of(4), WAIT, _ -> {}).facts()).isEmpty();
    }
  }

  @Test
  void facts_of_another_job_that_is_held_are_not_taken_for_those_of_this_one() throws Exception {
    try (var server =
            new ScriptedServer(
                SHOW,
                facts(3),
                RESERVE + SHOW,
                "RESERVED 4 1\r\nx\r\n" + facts(3),
                "stats-job 4\r\n",
                facts(4));
        var client = server.client()) {
      var taken = client.take(OptionalLong.empty(), WAIT, _ -> {});
      assertIs(taken, 4);
      assertThat(taken.facts()).containsEntry("id", "4");
    }
  }

  @Test
  void a_refusal_leaves_no_answer_that_could_be_taken_for_one_to_what_comes_next()
      throws Exception {
    try (var server =
            new ScriptedServer(
                SHOW,
                "NOT_FOUND\r\n",
                "delete 4\r\n" + RESERVE + SHOW,
                "FORBIDDEN\r\nRESERVED 5 1\r\nx\r\n" + facts(5));
        var client = server.client()) {
      assertThatThrownBy(() -> client.take(OptionalLong.of(4), WAIT, _ -> {}))
          .isInstanceOf(UnexpectedReply.class);
      assertThatThrownBy(() -> client.delete(5)).isInstanceOf(ServerUnreachable.class);
    }
  }
}
