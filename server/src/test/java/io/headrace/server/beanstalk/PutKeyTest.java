package io.headrace.server.beanstalk;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.journal.Room;
import io.headrace.queue.Limits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the wire says of puts with a key. As with a journal, entries are safe at the turn's end. */
final class PutKeyTest {
  private static final String ALPHABET =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.:+/=@";

  private final HeldLog log = new HeldLog();
  private final TestServer server = new TestServer(log, 4 << 20, /* maxJobBytes= */ 100);
  private final TestServer.Peer peer = server.connect();

  @AfterEach
  void every_rule_of_the_queue_holds() {
    assertThat(server.failures).isEmpty();
    peer.ask("clear-tube default");
    assertThat(server.bodies.usedBytes()).as("bodies that nobody has given back").isZero();
    server.close();
  }

  private static String put(String key, String body) {
    return "put-key " + key + " 7 0 60 " + body.length() + "\r\n" + body;
  }

  @Test
  void who_asks_first_is_told_of_put_key_and_of_all_that_beanstalkd_has_not() {
    var known = peer.send("list-extensions\r\n");
    assertThat(known.lines().filter(line -> line.startsWith("- ")))
        .contains("- put-key", "- died", "- peek-docket", "- list-extensions")
        .doesNotContain("- put", "- quit")
        // Those that only some servers know, by how they are set up.
        .doesNotContain("- auth", "- shutdown");
    assertThat(peer.ask("list-extensionsx")).isEqualTo("UNKNOWN_COMMAND");
    assertThat(peer.ask("list-extensions 1")).isEqualTo("UNKNOWN_COMMAND");
  }

  @Test
  void a_retry_gets_the_first_id_whatever_became_of_the_job() {
    assertThat(peer.ask(put("k", "a"))).isEqualTo("INSERTED 1");
    assertThat(peer.send("stats-job 1\r\n")).contains("pri: 7\n", "ttr: 60\n");
    assertThat(peer.ask(put("k", "a"))).isEqualTo("KNOWN 1");
    assertThat(server.connect().ask(put("k", "another body"))).isEqualTo("KNOWN 1");
    assertThat(peer.ask("delete 1")).isEqualTo("DELETED");
    assertThat(peer.ask(put("k", "a"))).isEqualTo("KNOWN 1");
    assertThat(peer.ask("reserve-with-timeout 0")).isEqualTo("TIMED_OUT");
    assertThat(peer.put("b")).as("no id was taken").isEqualTo("INSERTED 2");
  }

  @Test
  void a_retry_that_overtakes_the_force_is_answered_behind_it() {
    log.holding = true;
    var other = server.connect();
    assertThat(peer.send(put("k", "a") + "\r\n" + put("k", "a") + "\r\n")).isEmpty();
    assertThat(other.send(put("k", "a") + "\r\n")).isEmpty();
    log.holding = false;
    server.loop.wake();
    server.thread.run();
    assertThat(peer.wire.take()).isEqualTo("INSERTED 1\r\nKNOWN 1\r\n");
    assertThat(other.wire.take()).isEqualTo("KNOWN 1\r\n");
  }

  @Test
  void a_key_may_be_long_and_of_every_character_that_is_allowed() {
    for (var key : new String[] {"k", ALPHABET.substring(0, 64), ALPHABET.substring(6)}) {
      assertThat(peer.ask(put(key, ""))).startsWith("INSERTED");
      assertThat(peer.ask(put(key, ""))).startsWith("KNOWN");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "put-key ",
        "put-key k",
        "put-key k 0 0 60",
        "put-key k 0 0 60 x",
        "put-key k 0 0 60 0 0",
        "put-key  k 0 0 60 0",
        "put-key k; 0 0 60 0",
        "put-key k\tk 0 0 60 0",
        "put-key \u00e4 0 0 60 0",
        "put-key k\0 0 0 60 0",
        "put-key 0 0 60 0",
        "put-key 01234567890123456789012345678901234567890123456789012345678901234 0 0 60 0",
      })
  void a_line_that_is_none_is_bad_format(String line) {
    assertThat(peer.ask(line)).isEqualTo("BAD_FORMAT");
    assertThat(server.machine.lastJob()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"put-key", "put-keys k 0 0 60 0", "Put-key k 0 0 60 0"})
  void another_word_is_no_command(String line) {
    assertThat(peer.ask(line)).isEqualTo("UNKNOWN_COMMAND");
  }

  @Test
  void a_put_that_was_refused_leaves_no_key() {
    assertThat(peer.ask(put("k", "x".repeat(101)))).isEqualTo("JOB_TOO_BIG");
    assertThat(peer.send("put-key k 0 0 60 1\r\nxyz")).isEqualTo("EXPECTED_CRLF\r\n");
    peer.ask("drain");
    assertThat(peer.ask(put("k", "a"))).isEqualTo("DRAINING");
    peer.ask("undrain");
    log.room = Room.NO_PUTS;
    assertThat(peer.ask(put("k", "a"))).isEqualTo("OUT_OF_MEMORY");
    log.room = Room.ALL;
    peer.ask("set-tube default max-bytes=1");
    assertThat(peer.ask(put("k", "ab"))).isEqualTo("OUT_OF_MEMORY");
    assertThat(peer.ask(put("k", "a"))).startsWith("INSERTED");
    peer.ask("set-tube default max-bytes=default");
  }

  @Test
  void a_full_table_takes_no_key_more_and_forgets_none_before_its_time() {
    server.pass(1);
    for (int i = 0; i < TestServer.KEYS_MAX; i++) {
      assertThat(peer.ask(put("k" + i, ""))).startsWith("INSERTED");
    }
    assertThat(peer.send("stats\r\n")).contains("headrace-keys: " + TestServer.KEYS_MAX + "\n");
    assertThat(peer.ask(put("another", "a"))).isEqualTo("OUT_OF_MEMORY");
    assertThat(peer.put("a")).as("a put without a key").startsWith("INSERTED");
    assertThat(peer.ask(put("k0", "a"))).isEqualTo("KNOWN 1");
    server.pass(Limits.KEY_WINDOW_NS / TestServer.SECOND_NS - 1);
    assertThat(peer.ask(put("another", "a"))).isEqualTo("OUT_OF_MEMORY");
    server.pass(1);
    assertThat(peer.ask(put("another", "a"))).startsWith("INSERTED");
    assertThat(peer.ask(put("k0", ""))).as("its time was over").startsWith("INSERTED");
  }

  @Test
  void a_connection_that_ends_in_the_middle_leaves_neither_key_nor_body() {
    var other = server.connect();
    other.send("put-key k 0 0 60 5\r\nab");
    other.disconnect();
    assertThat(server.bodies.usedBytes()).isZero();
    assertThat(peer.ask(put("k", "a"))).isEqualTo("INSERTED 1");
  }

  @Test
  void keys_of_two_puts_whose_bodies_come_in_pieces_are_not_mixed_up() {
    var other = server.connect();
    peer.send("put-key mine 0 0 60 2\r\na");
    other.send("put-key other 0 0 60 2\r\na");
    assertThat(peer.send("b\r\n")).isEqualTo("INSERTED 1\r\n");
    assertThat(other.send("b\r\n")).isEqualTo("INSERTED 2\r\n");
    assertThat(other.ask(put("mine", ""))).isEqualTo("KNOWN 1");
    assertThat(peer.ask(put("other", ""))).isEqualTo("KNOWN 2");
  }
}
