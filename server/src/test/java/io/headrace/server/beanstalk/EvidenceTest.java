package io.headrace.server.beanstalk;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.journal.VolatileLog;
import io.headrace.server.captures.Capture;
import io.headrace.server.captures.CaptureCause;
import io.headrace.server.captures.CaptureFormat;
import io.headrace.server.captures.RecorderOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is kept when something goes wrong on a connection, and what is said of it. */
final class EvidenceTest {
  private static final int MAX_JOB_BYTES = 1000;

  private final TestServer server = new TestServer(new VolatileLog(), 4 << 20, MAX_JOB_BYTES);
  private final TestServer.Peer peer = server.connect();

  @AfterEach
  void every_rule_of_the_queue_holds() {
    server.close();
  }

  private List<Capture> captures() {
    return server.captures.all().stream().map(kept -> kept.capture()).toList();
  }

  private Capture only() {
    assertThat(captures()).hasSize(1);
    return captures().getFirst();
  }

  /** The one byte at which reading stopped, and what followed, of what had come by then. */
  private static String from(Capture capture) {
    var stopped = capture.stoppedIn().orElseThrow();
    int at = (int) (capture.finding().stoppedAt() - stopped.offset());
    return new String(stopped.bytes(), StandardCharsets.ISO_8859_1).substring(at);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "GARBAGE|UNKNOWN_COMMAND|GARBAGE|a command, in lower case",
        "drainx|UNKNOWN_COMMAND|x|a command, in lower case",
        "put 1 2 x 5|BAD_FORMAT|x 5|'put <pri> <delay> <ttr> <bytes>'",
        "put 1 2 3 5 6|BAD_FORMAT|\" 6\"|'put <pri> <delay> <ttr> <bytes>'",
        "use -a|BAD_FORMAT|-a|'use <tube>'",
        "delete 5 secret|BAD_FORMAT|\" secret\"|'delete <id>'",
        "list-jobs t ready 0|BAD_FORMAT|\"\"|'list-jobs <tube> <state> <max>'",
      })
  void a_line_that_cannot_be_read_is_kept_with_the_place_where_reading_stopped(
      String line, CaptureCause cause, String rest, String expected) {
    peer.ask("list-tube-used");
    peer.send(line + "\r\n");
    assertThat(only().finding().cause()).isEqualTo(cause);
    assertThat(from(only())).isEqualTo(rest + "\r\n");
    assertThat(only().finding().expected()).isEqualTo(expected);
    assertThat(only().chunks())
        .filteredOn(chunk -> chunk.received())
        .extracting(chunk -> new String(chunk.bytes(), StandardCharsets.US_ASCII))
        .containsExactly("list-tube-used\r\n", line + "\r\n");
  }

  @Test
  void how_the_bytes_were_split_makes_no_difference() {
    var random = new Random(11);
    String said =
        "list-tube-used\r\nput 1 0 9 4\r\nbody\r\nput 1 0 9 4\r\nbodyXYlist-tubes\r\n"
            + "put 1 0 9 2000\r\n"
            + "b".repeat(2000)
            + "\r\n"
            + "l".repeat(300)
            + "\r\nuse \0\r\n";
    for (int round = 0; round < 200; round++) {
      var split = server.connect();
      for (int at = 0; at < said.length(); ) {
        int to = Math.min(said.length(), at + 1 + random.nextInt(1 + random.nextInt(60)));
        split.send(said.substring(at, to));
        at = to;
      }
      var found = captures();
      assertThat(found)
          .extracting(capture -> capture.finding().cause())
          .containsExactly(
              CaptureCause.EXPECTED_CRLF,
              CaptureCause.JOB_TOO_BIG,
              CaptureCause.LINE_TOO_LONG,
              CaptureCause.BAD_FORMAT);
      assertThat(found)
          .extracting(capture -> capture.finding().stoppedAt())
          .containsExactly(
              (long) said.indexOf("XY"),
              said.indexOf("2000") + 4L,
              said.indexOf("lll") + 224L,
              (long) said.indexOf('\0'));
      found.forEach(capture -> assertThat(server.captures.delete(capture.id())).isTrue());
      split.disconnect();
      server.pass(61);
    }
  }

  private static String received(Capture capture) {
    return capture.chunks().stream()
        .filter(chunk -> chunk.received())
        .map(chunk -> new String(chunk.bytes(), StandardCharsets.US_ASCII))
        .collect(Collectors.joining());
  }

  @Test
  void no_token_is_kept_however_it_was_sent() {
    String token = "hr_6zJ0n0abcdefghijklmnopqrstuvwxyz_-ABCDEFGH01";
    int connections = 1;
    for (String said :
        List.of(
            "auth " + token + "\r\nBAD\r\n",
            "auth no token at all\r\nBAD\r\n",
            "auth  " + token + " x\r\nBAD\r\n",
            "use " + token + "\r\nBAD\r\nauth " + token.substring(0, 20))) {
      for (int cut = 0; cut <= said.length(); cut++) {
        var split = server.connect();
        split.send(said.substring(0, cut));
        split.send(said.substring(cut));
        connections++;
        peer.ask("capture-connection " + connections);
        String kept = received(captures().getLast());
        assertThat(kept).hasSize(said.length()).contains("BAD").doesNotContain("6zJ0", "token");
        captures().forEach(capture -> server.captures.delete(capture.id()));
        split.disconnect();
        server.pass(61);
      }
    }
  }

  @Test
  void the_rest_of_a_token_whose_beginning_is_forgotten_is_not_kept() {
    String token = "hr_6zJ0n0abcdefghijklmnopqrstuvwxyz_-ABCDEFGH01";
    var recorder =
        new RecorderOptions(256, 1 << 20, 10, 1 << 20, RecorderOptions.standard().keep());
    try (var small = new TestServer(new VolatileLog(), 4 << 20, MAX_JOB_BYTES, recorder)) {
      for (int more = 50; more < 128; more++) {
        var speaker = small.connect();
        speaker.send("auth " + token + "\r\n" + "y ".repeat(more) + "\r\n");
        speaker.ask("x");
        String kept = received(List.copyOf(small.captures.all()).getLast().capture());
        assertThat(kept).contains("y y y").doesNotContain("CDEFGH01", "6zJ0");
        small.captures.all().forEach(one -> small.captures.delete(one.capture().id()));
        small.pass(61);
      }
    }
  }

  @Test
  void who_sends_much_garbage_has_some_of_it_kept_and_the_rest_counted() {
    peer.send("x\r\n".repeat(10_000));
    var others = server.connect();
    others.send("x\r\n".repeat(10));
    assertThat(captures()).hasSize(6);
    assertThat(server.captures.skipped()).isEqualTo(10_004);
    assertThat(peer.send("stats\r\n"))
        .contains("\nheadrace-captures: 6\n", "\nheadrace-captures-skipped: 10004\n");
    server.pass(60);
    peer.send("x\r\n");
    assertThat(captures()).hasSize(7);
  }

  @Test
  void who_dies_holding_jobs_has_its_last_bytes_kept_under_their_ids() {
    peer.put("one");
    peer.put("two");
    var worker = server.connect();
    worker.ask("reserve");
    worker.ask("reserve");
    worker.send("touch 1\r\ndele");
    worker.disconnect();
    assertThat(only().finding().cause()).isEqualTo(CaptureCause.HOLDER_DIED);
    assertThat(only().finding().jobs()).containsExactly(1L, 2L);
    assertThat(only().speaker().peer()).isEqualTo("10.0.0.1:50001");
    String last = new String(CaptureFormat.write(only()), StandardCharsets.ISO_8859_1);
    assertThat(last).contains("RESERVED 2 3\r\ntwo\r\n", "touch 1\r\ndele");
    assertThat(peer.send("list-captures\r\n"))
        .contains("  cause: holder-died\n", "  held: \"1 2\"\n", "  stopped-at: -1\n");
  }

  @Test
  void who_holds_nothing_or_quits_leaves_nothing() {
    peer.put("one");
    var worker = server.connect();
    worker.ask("reserve");
    worker.send("quit\r\n");
    worker.disconnect();
    server.connect().disconnect();
    assertThat(captures()).isEmpty();
  }

  @Test
  void a_death_that_is_told_keeps_what_the_teller_has_said() {
    peer.put("one");
    assertThat(peer.ask("died 1 4\r\nboom")).isEqualTo("NOT_FOUND");
    assertThat(captures()).isEmpty();
    peer.ask("reserve");
    assertThat(peer.ask("died 1 4\r\nboom")).isEqualTo("DIED");
    assertThat(only().finding().jobs()).containsExactly(1L);
  }

  @Test
  void a_connection_is_captured_by_hand_and_the_capture_fetched_and_deleted() {
    var other = server.connect();
    other.ask("use secret");
    assertThat(peer.ask("capture-connection 2")).isEqualTo("CAPTURED 1");
    assertThat(peer.ask("capture-connection 3")).isEqualTo("NOT_FOUND");
    byte[] written = server.captures.find(1).orElseThrow().written();
    assertThat(peer.ask("get-capture 1"))
        .isEqualTo(
            "FOUND 1 "
                + written.length
                + "\r\n"
                + new String(written, StandardCharsets.ISO_8859_1));
    assertThat(only().chunks())
        .extracting(chunk -> new String(chunk.bytes(), StandardCharsets.US_ASCII))
        .contains("use secret\r\n", "USING secret\r\n");
    assertThat(peer.ask("delete-capture 1")).isEqualTo("DELETED");
    assertThat(peer.ask("delete-capture 1")).isEqualTo("NOT_FOUND");
    assertThat(peer.ask("get-capture 1")).isEqualTo("NOT_FOUND");
    assertThat(peer.ask("list-captures")).isEqualTo("OK 4\r\n---\n");
    assertThat(peer.ask("list-capturesx")).isEqualTo("UNKNOWN_COMMAND");
    assertThat(peer.ask("get-capture x")).isEqualTo("BAD_FORMAT");
  }

  @Test
  void reads_that_begin_a_request_are_known() {
    peer.send("list-tube-used\r\n");
    peer.send("put 0 0 9 4\r\nbo");
    peer.send("dy\r\n");
    peer.send("use a\r\nli");
    peer.send("st-tubes\r\n");
    peer.ask("capture-connection 1");
    assertThat(only().chunks())
        .filteredOn(chunk -> chunk.received())
        .extracting(chunk -> chunk.begins())
        .containsExactly(true, true, false, true, false, true);
  }

  @Test
  void where_nothing_is_remembered_nothing_is_kept() {
    try (var off =
        new TestServer(new VolatileLog(), 4 << 20, MAX_JOB_BYTES, RecorderOptions.none())) {
      var speaker = off.connect();
      speaker.send("garbage\r\n");
      assertThat(speaker.ask("capture-connection 1")).isEqualTo("NOT_RECORDED");
      assertThat(off.captures.all()).isEmpty();
    }
  }
}
