package io.headrace.server.beanstalk;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.server.Reloaded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who may do what where there are tokens. The token of each name is {@code hr_<name>}. As with a
 * journal, what is asked is applied at the end of the turn.
 */
final class TokenPermitTest {
  private final Path file;
  private final Reloaded<Tokens> tokens;
  private final TestServer server;

  TokenPermitTest(@TempDir Path folder) throws IOException {
    file = folder.resolve("tokens");
    write(
        "web put:mail",
        "mailer reserve:mail,reserve:sms*",
        "both reserve:*,put:dead",
        "clerk manage:mail",
        "boss put:*,reserve:*,manage:*");
    tokens = new Reloaded<>(List.of(file), () -> Tokens.read(file));
    server = new TestServer(new HeldLog(), tokens);
  }

  @AfterEach
  void every_rule_of_the_queue_holds() {
    assertThat(server.failures).isEmpty();
    server.close();
    assertThat(server.bodies.usedBytes()).as("bodies that nobody has given back").isZero();
  }

  /** Lines with a name and rights. */
  private void write(String... lines) throws IOException {
    var text = new StringBuilder();
    for (var line : lines) {
      var words = line.split(" ", -1);
      var hash = HexFormat.of().formatHex(Tokens.hash("hr_" + words[0]));
      text.append(words[0]).append(' ').append(hash).append(' ').append(words[1]).append("\n");
    }
    Files.writeString(file, text);
  }

  /** What the thread that watches files does each second. */
  private void look() {
    tokens.look();
    tokens.look();
  }

  private TestServer.Peer as(String name) {
    var peer = server.connect();
    assertThat(peer.ask("auth hr_" + name)).isEqualTo("AUTHORIZED");
    return peer;
  }

  /** Puts a job into the tube and takes it out again at the end. */
  private long put(String tube) {
    var boss = as("boss");
    boss.ask("use " + tube);
    return Long.parseLong(boss.put("x").split(" ", -1)[1]);
  }

  private void clear() {
    var boss = as("boss");
    for (var tube : List.of("default", "mail", "sms", "dead")) {
      boss.ask("clear-tube " + tube);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "put 0 0 60 1\r\nx",
        "put-key k 0 0 60 1\r\nx",
        "died 1 1\r\nx",
        "docket 1 1\r\nx",
        "reserve",
        "reserve-with-timeout 0",
        "stats",
        "use mail",
        "list-tubes",
        "nonsense",
        "auth",
        "auth hr_nobody",
        "auth hr_web "
      })
  void nothing_is_done_before_a_good_token(String request) {
    var peer = server.connect();
    assertThat(peer.ask(request)).isEqualTo("UNAUTHORIZED");
    assertThat(peer.ask(request)).isEqualTo("UNAUTHORIZED");
    assertThat(peer.wire.closed).isFalse();
    assertThat(peer.send(request + "\r\nlist-tube-used\r\n")).isEqualTo("UNAUTHORIZED\r\n");
    assertThat(peer.wire.closed).isTrue();
    assertThat(server.machine.lastJob()).as("ids given").isZero();
  }

  @Test
  void every_token_may_ask_what_the_server_knows() {
    assertThat(as("mailer").send("list-extensions\r\n")).startsWith("OK ").contains("- put-key\n");
  }

  @Test
  void quit_needs_no_token() {
    var peer = server.connect();
    assertThat(peer.send("quit\r\n")).isEmpty();
    assertThat(peer.wire.closed).isTrue();
  }

  @Test
  void without_tokens_the_word_is_none() {
    try (var open = new TestServer()) {
      assertThat(open.connect().ask("auth hr_web")).isEqualTo("UNKNOWN_COMMAND");
    }
  }

  @Test
  void a_put_is_judged_by_the_tube_that_is_used_also_in_one_packet() {
    var packet =
        """
        put 0 0 60 1\r
        a\r
        use mail\r
        put 0 0 60 1\r
        b\r
        use x\r
        put 0 0 60 4\r
        quit\r
        list-tube-used\r
        """;
    assertThat(as("web").send(packet).lines())
        .containsExactly(
            "FORBIDDEN", "USING mail", "INSERTED 1", "USING x", "FORBIDDEN", "USING x");
    clear();
  }

  @Test
  void a_put_with_a_key_needs_the_right_to_put_also_when_the_key_is_known() {
    var web = as("web");
    var put = "put-key k 0 0 60 4\r\nquit";
    assertThat(web.ask(put)).isEqualTo("FORBIDDEN");
    web.ask("use mail");
    assertThat(web.ask(put)).isEqualTo("INSERTED 1");
    assertThat(web.ask(put)).isEqualTo("KNOWN 1");
    var mailer = as("mailer");
    mailer.ask("use mail");
    assertThat(mailer.ask(put)).isEqualTo("FORBIDDEN");
    clear();
  }

  @Test
  void a_reserve_is_judged_by_all_tubes_that_are_watched() {
    put("mail");
    var mailer = as("mailer");
    assertThat(mailer.ask("reserve-with-timeout 0")).isEqualTo("FORBIDDEN");
    assertThat(mailer.ask("watch other")).isEqualTo("FORBIDDEN");
    assertThat(mailer.ask("list-tubes-watched")).doesNotContain("other");
    assertThat(mailer.ask("ignore default")).isEqualTo("NOT_IGNORED");
    assertThat(mailer.ask("reserve-with-timeout 0")).isEqualTo("FORBIDDEN");
    assertThat(
            mailer.send("watch mail\r\nwatch sms2\r\nignore default\r\nreserve-with-timeout 0\r\n"))
        .isEqualTo("WATCHING 2\r\nWATCHING 3\r\nWATCHING 2\r\nRESERVED 1 1\r\nx\r\n");
    assertThat(mailer.ask("delete 1")).isEqualTo("DELETED");
  }

  @Test
  void who_holds_a_job_may_do_with_it_what_holders_do() {
    long job = put("mail");
    var mailer = as("mailer");
    mailer.ask("watch mail");
    mailer.ask("ignore default");
    mailer.ask("reserve");
    assertThat(mailer.ask("touch " + job)).isEqualTo("TOUCHED");
    assertThat(mailer.ask("stats-job " + job)).contains("state: reserved");
    assertThat(mailer.ask("show-job " + job)).contains("state: reserved");
    assertThat(mailer.ask("show-held")).contains("state: reserved");
    assertThat(mailer.ask("peek " + job)).startsWith("FOUND");
    assertThat(mailer.ask("peek-docket " + job)).isEqualTo("NOT_FOUND");
    assertThat(mailer.ask("release " + job + " 0 0")).isEqualTo("RELEASED");
    assertThat(mailer.ask("delete " + job)).isEqualTo("FORBIDDEN");
    mailer.ask("reserve");
    assertThat(mailer.ask("bury " + job + " 0")).isEqualTo("BURIED");
    assertThat(mailer.ask("kick-job " + job)).isEqualTo("FORBIDDEN");
    assertThat(as("boss").ask("delete " + job)).isEqualTo("DELETED");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "delete 1",
        "reserve-job 1",
        "kick-job 1",
        "retry-job 1",
        "drop-job 1",
        "peek 1",
        "peek-docket 1",
        "stats-job 1",
        "show-job 1",
        "peek-ready",
        "peek-delayed",
        "peek-buried",
        "kick 1",
        "pause-tube mail 1",
        "clear-tube mail",
        "list-jobs mail ready 1",
        "stats-tube mail",
        "show-tube mail",
        "set-tube mail max-attempts=3"
      })
  void managing_a_tube_needs_the_right_to_manage_it(String request) {
    put("mail");
    for (var name : List.of("web", "mailer", "both")) {
      var other = as(name);
      other.ask("use mail");
      assertThat(other.ask(request)).as(name).isEqualTo("FORBIDDEN");
    }
    assertThat(as("boss").ask("stats-job 1")).contains("state: ready");
    var clerk = as("clerk");
    clerk.ask("use mail");
    assertThat(clerk.ask(request)).doesNotContain("FORBIDDEN", "UNAUTHORIZED", "UNKNOWN", "BAD");
    as("boss").ask("kick-job 1");
    server.pass(60);
    clear();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stats",
        "list-tubes",
        "list-dead 0 1",
        "list-ended 1",
        "list-connections 0 1",
        "close-connection 99",
        "undrop-job 1",
        "undrain",
        "drain"
      })
  void what_concerns_the_whole_server_needs_the_right_to_manage_everything(String request) {
    for (var name : List.of("web", "mailer", "both", "clerk")) {
      assertThat(as(name).ask(request)).as(name).isEqualTo("FORBIDDEN");
    }
    assertThat(server.admission.isDraining()).isFalse();
    assertThat(as("boss").ask(request)).isNotEqualTo("FORBIDDEN").isNotEqualTo("UNAUTHORIZED");
  }

  @Test
  void a_job_that_is_not_there_is_not_found() {
    assertThat(as("web").ask("delete 7")).isEqualTo("NOT_FOUND");
    assertThat(as("web").ask("delete 0")).isEqualTo("NOT_FOUND");
    assertThat(as("boss").ask("delete 7")).isEqualTo("NOT_FOUND");
  }

  @ParameterizedTest
  @CsvSource({"clerk,FORBIDDEN", "boss,SET"})
  void a_policy_that_moves_jobs_needs_the_right_to_put_them(String name, String reply) {
    put("mail");
    put("dead");
    assertThat(as(name).ask("set-tube mail on-end=move:dead")).isEqualTo(reply);
    clear();
  }

  @Test
  void a_bad_line_is_told_as_ever() {
    var boss = as("boss");
    assertThat(boss.ask("put 0 0 60 x")).isEqualTo("BAD_FORMAT");
    assertThat(boss.ask("nonsense")).isEqualTo("UNKNOWN_COMMAND");
    assertThat(boss.ask("set-tube mail nonsense=1")).startsWith("BAD_POLICY");
  }

  @Test
  void another_token_takes_the_place_of_the_one_before() {
    var peer = as("boss");
    assertThat(peer.ask("auth hr_web")).isEqualTo("AUTHORIZED");
    assertThat(peer.ask("stats")).isEqualTo("FORBIDDEN");
    assertThat(peer.ask("auth hr_nobody")).isEqualTo("UNAUTHORIZED");
    assertThat(peer.ask("list-tube-used")).isEqualTo("UNAUTHORIZED");
  }

  @Test
  void what_a_token_may_do_changes_for_open_connections_too() throws IOException {
    var mailer = as("mailer");
    mailer.ask("watch mail");
    mailer.ask("ignore default");
    assertThat(mailer.ask("reserve-with-timeout 0")).isEqualTo("TIMED_OUT");
    write("mailer put:mail");
    look();
    assertThat(mailer.ask("reserve-with-timeout 0")).isEqualTo("FORBIDDEN");
    write("mailer nonsense");
    look();
    assertThat(mailer.ask("list-tube-used")).as("by the file before").isEqualTo("USING default");
    write("other put:mail");
    look();
    assertThat(mailer.ask("list-tube-used")).isEqualTo("UNAUTHORIZED");
  }
}
