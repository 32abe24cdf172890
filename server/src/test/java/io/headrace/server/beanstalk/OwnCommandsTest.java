package io.headrace.server.beanstalk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that beanstalkd does not have. */
final class OwnCommandsTest {
  private final TestServer server = new TestServer();
  private final TestServer.Peer peer = server.connect();

  @AfterEach
  void every_rule_of_the_queue_holds() {
    server.close();
  }

  @Test
  void a_tube_tells_how_much_of_it_is_in_memory() {
    peer.ask("use t");
    peer.put("hello");
    assertThat(peer.send("show-tube t\r\n"))
        .contains("name: \"t\"", "body-bytes-resident: 5\n", "body-bytes-spilled: 0\n");
    assertThat(peer.ask("show-tube u")).isEqualTo("NOT_FOUND");
  }

  @Test
  void show_held_tells_of_the_job_that_the_session_holds_and_loses_first() {
    assertThat(peer.ask("show-held")).as("before the session is known").isEqualTo("NOT_FOUND");
    peer.ask("put 0 0 90 1\r\na");
    peer.ask("put 5 0 60 1\r\nb");
    assertThat(peer.ask("show-held")).isEqualTo("NOT_FOUND");
    assertThat(peer.send("reserve\r\nshow-held\r\n"))
        .startsWith("RESERVED 1 1\r\na\r\nOK ")
        .contains("\nid: 1\n", "\nstate: reserved\n", "\nttr: 90\n", "\nreserves: 1\n");
    assertThat(server.connect().ask("show-held")).as("another session").isEqualTo("NOT_FOUND");
    peer.ask("reserve");
    assertThat(peer.ask("show-held")).contains("\nid: 2\n", "\npri: 5\n");
    assertThat(peer.send("delete 2\r\nshow-held\r\n")).contains("DELETED\r\nOK ", "\nid: 1\n");
    assertThat(peer.send("delete 1\r\nshow-held\r\n")).isEqualTo("DELETED\r\nNOT_FOUND\r\n");
    assertThat(peer.ask("show-held 1")).isEqualTo("UNKNOWN_COMMAND");
  }

  @Test
  void clear_tube_deletes_what_nobody_holds() {
    peer.put("held");
    peer.ask("reserve");
    peer.put("ready");
    peer.ask("put 0 100 60 1\r\nd");
    assertThat(peer.ask("clear-tube default")).isEqualTo("CLEARED 2");
    assertThat(peer.ask("clear-tube default")).isEqualTo("CLEARED 0");
    assertThat(peer.ask("delete 1")).isEqualTo("DELETED");
    assertThat(peer.ask("clear-tube nobody")).isEqualTo("NOT_FOUND");
  }

  @Test
  void clear_tube_takes_as_many_entries_as_it_needs_and_then_answers() {
    for (int i = 0; i < 5000; i++) {
      peer.push("put 0 0 60 1\r\nx\r\n");
    }
    assertThat(peer.send("clear-tube default\r\nlist-tube-used\r\n"))
        .endsWith("INSERTED 5000\r\nCLEARED 5000\r\nUSING default\r\n");
  }

  @Test
  void list_jobs_shows_the_jobs_of_one_state_in_their_order() {
    peer.ask("put 2 0 60 1\r\na");
    peer.ask("put 1 0 61 2\r\nbb");
    assertThat(peer.ask("list-jobs default ready 10"))
        .isEqualTo(
            """
            OK 308\r
            ---
            - id: 2
              state: ready
              pri: 1
              age: 0
              delay: 0
              ttr: 61
              time-left: 0
              size: 2
              reserves: 0
              timeouts: 0
              releases: 0
              buries: 0
              kicks: 0
            - id: 1
              state: ready
              pri: 2
              age: 0
              delay: 0
              ttr: 60
              time-left: 0
              size: 1
              reserves: 0
              timeouts: 0
              releases: 0
              buries: 0
              kicks: 0
            """);
    assertThat(peer.ask("list-jobs default ready 1")).doesNotContain("id: 1\n");
    assertThat(peer.ask("list-jobs default buried 10")).isEqualTo("OK 4\r\n---\n");
    assertThat(peer.ask("list-jobs nobody ready 10")).isEqualTo("NOT_FOUND");
    peer.ask("reserve");
    assertThat(peer.ask("list-jobs default reserved 1")).contains("- id: 2\n  state: reserved\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list-jobs default ready 1001",
        "list-jobs default ready 0",
        "list-jobs default ready",
        "list-jobs default readyx 1",
        "list-jobs default ready 1 1",
        "list-jobs default",
        "list-jobs -x ready 1",
        "clear-tube -x",
        "clear-tube ",
        "close-connection x",
        "list-connections 0 0",
        "list-connections 0 1001",
        "list-connections 1",
      })
  void what_they_cannot_read_is_bad_format(String line) {
    assertThat(peer.ask(line)).isEqualTo("BAD_FORMAT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "drainx",
        "drain ",
        "undrained",
        "list-connections",
        "list-connectionsx 0 1",
        "list-job",
        "clear-tube",
        "close-connection",
        "list-jobs",
        "DRAIN",
        "d",
        "c",
        "undrai",
      })
  void they_are_known_by_the_whole_word(String line) {
    assertThat(peer.ask(line)).isEqualTo("UNKNOWN_COMMAND");
  }

  @Test
  void list_connections_shows_who_is_there() {
    server.pass(100);
    var worker = server.connect();
    worker.ask("watch a");
    worker.ask("reserve");
    server.pass(7);
    peer.ask("use b");
    peer.put("x");
    assertThat(peer.ask("list-connections 0 2"))
        .endsWith(
            """
            ---
            - id: 1
              peer: "10.0.0.1:50000"
              protocol: beanstalk
              used: "b"
              watched: 1
              waiting: false
              held: 0
              age: 107
              producer: true
              worker: false
              last-command: list-connections
              silent: 0
              faults: 0
              bytes-in: 0
              bytes-out: 0
              bytes-waiting: 0
              health: healthy
            - id: 2
              peer: "10.0.0.1:50001"
              protocol: beanstalk
              used: "default"
              watched: 2
              waiting: true
              held: 0
              age: 7
              producer: false
              worker: true
              last-command: reserve
              silent: 7
              faults: 0
              bytes-in: 0
              bytes-out: 0
              bytes-waiting: 0
              health: healthy
            """);
  }

  @Test
  void close_connection_ends_another_or_oneself() {
    var other = server.connect();
    assertThat(peer.ask("close-connection 2")).isEqualTo("CLOSED");
    assertThat(other.wire.closed).isTrue();
    other.disconnect();
    assertThat(peer.ask("close-connection 2")).isEqualTo("NOT_FOUND");
    assertThat(peer.send("close-connection 1\r\nlist-tube-used\r\n")).isEqualTo("CLOSED\r\n");
    assertThat(peer.wire.closed).isTrue();
  }
}
