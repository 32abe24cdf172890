package io.headrace.server.beanstalk;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.server.Loss;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the wire says of policies, of deaths, and of the dead. */
final class DeathCommandsTest {
  private final TestServer server = new TestServer();
  private final TestServer.Peer peer = server.connect();

  @AfterEach
  void every_rule_of_the_queue_holds() {
    server.close();
  }

  private void poison() {
    server.worker().disconnect();
    server.worker().disconnect();
    server.pass(1);
    server.worker().disconnect();
    server.pass(5);
  }

  @Test
  void a_policy_is_set_and_shown_with_its_origin() {
    assertThat(peer.ask("set-tube mail max-attempts=5 retry-delay=1s..5m rate=10/s burst=3"))
        .isEqualTo("SET");
    assertThat(peer.send("show-tube mail\r\n"))
        .contains(
            "policy-max-attempts: \"5 (this tube)\"\n",
            "policy-retry-delay: \"1s..5m (this tube)\"\n",
            "policy-rate: \"10/s (this tube)\"\n",
            "policy-burst: \"3 (this tube)\"\n",
            "policy-max-deaths: \"3 (built in)\"\n",
            "health: well\n");
    assertThat(peer.ask("set-tube mail max-attempts=default")).isEqualTo("SET");
    assertThat(peer.send("show-tube mail\r\n"))
        .contains("policy-max-attempts: \"unlimited (built in)\"\n");
  }

  @Test
  void a_ttr_is_advised_of_twice_what_nearly_all_attempts_took() {
    peer.put("a");
    assertThat(peer.send("show-tube default\r\n"))
        .contains("run-time-p99: 0.000\n", "ttr-advised: 0\n");
    server.runP99Ns = 1_500_000_001;
    assertThat(peer.send("show-tube default\r\n"))
        .contains("run-time-p99: 1.501\n", "ttr-advised: 4\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          max-death=3            | max-death: there is no such policy
          max-deaths=many        | max-deaths: 'many' is no number
          max-deaths=1000001     | max-deaths: out of range
          burst=0                | burst: out of range
          burst=2                | burst: there is no rate
          rate=0/s               | rate: '0/s' is no rate
          rate=10                | rate: '10' is no rate
          expires-after=soon     | expires-after: 'soon' is no duration
          expires-after=36500d   | expires-after: out of range
          retry-delay=5m..1s     | retry-delay: the longest is below the first
          on-end=forget          | on-end: 'forget' is nothing to be done
          on-end=move:mail       | on-end: jobs cannot be moved to the tube they are in
          on-end=move:nowhere    | on-end: there is no tube of that name
          max-bytes=5XB          | max-bytes: '5XB' is no size
          max-attempts           | max-attempts: write KEY=VALUE
          max-attempts=2 max-deaths=3 | max-deaths: max-attempts would end a job before
          """)
  void a_bad_policy_is_named_on_one_line_and_changes_nothing(String words, String why) {
    String reply = peer.send("set-tube mail max-ready=7 " + words + "\r\n");
    assertThat(reply).startsWith("BAD_POLICY " + why).endsWith("\r\n").doesNotContain("\n-");
    assertThat(reply.indexOf('\n')).isEqualTo(reply.length() - 1);
    assertThat(peer.ask("show-tube mail")).isEqualTo("NOT_FOUND");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "set-tube",
        "set-tube ",
        "set-tube -x a=1",
        "died 1",
        "died x 1",
        "docket 1",
        "docket x 1"
      })
  void what_is_no_command_is_refused(String line) {
    assertThat(peer.ask(line)).isIn("BAD_FORMAT", "UNKNOWN_COMMAND");
  }

  @Test
  void a_job_that_killed_three_is_buried_and_tells_who_held_it() {
    peer.put("boom");
    poison();
    assertThat(peer.send("show-job 1\r\n"))
        .contains("state: buried\n", "cause: poisoned\n", "deaths: 3\n", "how: died\n")
        .contains("peer: \"10.0.0.1:50001\"\n", "peer: \"10.0.0.1:50003\"\n");
    assertThat(peer.send("list-dead 0 10\r\n")).contains("- id: 1\n", "cause: poisoned\n");
    assertThat(peer.send("list-dead 1 10\r\n")).doesNotContain("- id");
  }

  @Test
  void who_quits_releases_its_job() {
    peer.put("fine");
    TestServer.Peer worker = server.worker();
    worker.send("quit\r\n");
    worker.conversation.disconnected(Loss.CLOSED);
    assertThat(peer.send("show-job 1\r\n"))
        .contains("state: ready\n", "lane: plain\n", "how: released\n");
  }

  @Test
  void whom_the_network_lost_is_not_held_against_the_job() {
    peer.put("fine");
    server.worker().conversation.disconnected(Loss.UNREACHABLE);
    assertThat(peer.send("show-job 1\r\n"))
        .contains("state: ready\n", "lane: plain\n", "how: unreachable\n", "excused: 1\n");
  }

  @Test
  void whoever_ends_its_side_and_holds_a_job_has_died() {
    peer.put("boom");
    TestServer.Peer worker = server.worker();
    worker.end();
    worker.conversation.disconnected(Loss.CLOSED);
    assertThat(peer.send("show-job 1\r\n")).contains("lane: suspect\n", "how: died\n");
  }

  @Test
  void a_connection_that_somebody_closes_releases_its_job() {
    peer.put("fine");
    TestServer.Peer worker = server.worker();
    assertThat(peer.ask("close-connection 2")).isEqualTo("CLOSED");
    worker.conversation.disconnected(Loss.CLOSED);
    assertThat(peer.send("show-job 1\r\n")).contains("lane: plain\n", "how: released\n");
  }

  @Test
  void a_supervisor_leaves_a_docket_whose_last_line_is_the_signature() {
    peer.put("boom");
    peer.ask("reserve");
    String docket = "signal: 11\nstderr:\nSegmentation fault at 0x7f3a (job 42)\n";
    assertThat(peer.ask("died 1 " + docket.length() + "\r\n" + docket)).isEqualTo("DIED");
    assertThat(peer.send("show-job 1\r\n"))
        .contains("docket: 2\n", "signature: \"Segmentation fault at N (job N)\"\n");
    assertThat(peer.ask("peek-docket 1")).isEqualTo("FOUND 2 " + docket.length() + "\r\n" + docket);
    assertThat(peer.ask("peek 2")).isEqualTo("NOT_FOUND");
    assertThat(peer.ask("died 1 1\r\nx")).isEqualTo("NOT_FOUND");
    assertThat(peer.put("next")).isEqualTo("INSERTED 4");
  }

  @Test
  void a_holder_leaves_a_docket_before_it_buries() {
    peer.put("boom");
    peer.ask("reserve");
    assertThat(peer.ask("docket 1 9\r\nresponse\n")).isEqualTo("KEPT");
    assertThat(peer.ask("bury 1 0")).isEqualTo("BURIED");
    assertThat(peer.send("show-job 1\r\n"))
        .contains("docket: 2\n", "signature: \"response\"\n", "deaths: 0\n");
    assertThat(peer.ask("peek-docket 1")).isEqualTo("FOUND 2 9\r\nresponse\n");
    assertThat(peer.ask("docket 1 1\r\nx")).isEqualTo("NOT_FOUND");
  }

  @Test
  void a_docket_without_its_end_is_refused_as_a_put_is() {
    peer.put("boom");
    peer.ask("reserve");
    assertThat(peer.send("died 1 1\r\nxyz")).isEqualTo("EXPECTED_CRLF\r\n");
    assertThat(peer.send("\r\nshow-job 1\r\n")).contains("state: reserved\n");
  }

  @Test
  void the_dead_are_retried_dropped_and_had_back() {
    peer.put("boom");
    poison();
    assertThat(peer.ask("drop-job 1")).isEqualTo("DROPPED");
    assertThat(peer.ask("peek 1")).isEqualTo("NOT_FOUND");
    assertThat(peer.send("list-dead 0 10\r\n")).contains("state: dropped\n");
    assertThat(peer.ask("undrop-job 1")).isEqualTo("UNDROPPED");
    assertThat(peer.ask("undrop-job 1")).isEqualTo("NOT_FOUND");
    assertThat(peer.ask("retry-job 1")).isEqualTo("RETRIED");
    assertThat(peer.ask("retry-job 1")).isEqualTo("NOT_FOUND");
    assertThat(peer.send("show-job 1\r\n")).contains("state: ready\n", "deaths: 0\n");
  }

  @Test
  void a_job_that_came_too_late_leaves_a_record() {
    peer.ask("set-tube default expires-after=2s");
    peer.put("late");
    server.pass(2);
    assertThat(peer.ask("reserve-with-timeout 0")).isEqualTo("TIMED_OUT");
    assertThat(peer.send("list-ended 5\r\n"))
        .contains("- id: 1\n", "cause: expired\n", "how: never-reserved\n");
  }
}
