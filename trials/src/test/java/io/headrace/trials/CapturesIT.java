package io.headrace.trials;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes that broke it: kept by the real program, and read by the real tshark. */
final class CapturesIT {

  private static final String SAID =
      "use mail\r\nput 1 0 9 6\r\nsecret\r\nput 1 0 9 4\r\nbodyXXlist-tube-used\r\nNONSENSE 1\r\n";
  private static final int BEFORE = SAID.indexOf("NONSENSE");
  private static final int REPLIES_BEFORE = 4;
  private static final String SCRIPT = "packaging/wireshark/beanstalk.lua";

  @TempDir Path folder;

  private RunningServer serve() throws IOException {
    return RunningServer.serve(folder, folder.resolve("data"), "interval:50ms").start();
  }

  private static String headrace(RunningServer server, String... words) {
    var all = new ArrayList<>(List.of(Tools.headrace()));
    all.addAll(List.of(words));
    all.addAll(List.of("--server", "127.0.0.1:" + server.port()));
    var outcome = Run.command(all);
    assertThat(outcome.exit()).as(outcome.all()).isZero();
    return outcome.stdout();
  }

  private static void sayGarbage(RunningServer server) throws IOException {
    try (var talk = server.connect()) {
      talk.send(SAID.substring(0, BEFORE));
      for (int i = 0; i < REPLIES_BEFORE; i++) {
        assertThat(talk.reply().line()).isNotEmpty();
      }
      talk.send(SAID.substring(BEFORE));
      assertThat(talk.reply().line()).isEqualTo("UNKNOWN_COMMAND");
    }
  }

  @Test
  void garbage_is_kept_over_a_kill_and_replayed_to_others() throws Exception {
    try (var server = serve()) {
      sayGarbage(server);
      Await.until(
          "both are written", () -> Files.exists(folder.resolve("data/captures/2.capture")));
      server.kill9();
    }
    try (var server = serve()) {
      assertThat(headrace(server, "capture", "list"))
          .containsPattern("(?m)^ *1 .*expected-crlf .*CRLF behind the 4 bytes of the body$")
          .containsPattern("(?m)^ *2 .*unknown-command .*a command, in lower case$");
      assertThat(headrace(server, "capture", "show", "1"))
          .contains("reading stopped at byte " + SAID.indexOf("XX") + " of");
      for (var peer : Peer.values()) {
        try (var other = RunningServer.of(peer, folder).start()) {
          var to = "127.0.0.1:" + other.port();
          // Longer than a busy machine keeps an answer back.
          assertThat(headrace(server, "capture", "replay", "2", "--to", to, "--wait", "4s"))
              .isEqualTo(
                  "USING mail\nINSERTED 1\nEXPECTED_CRLF\nUSING mail\nUNKNOWN_COMMAND\n-- "
                      + SAID.length()
                      + " bytes sent, 68 came back\n");
        }
      }
      assertThat(headrace(server, "capture", "delete", "1")).isEqualTo("capture 1 deleted\n");
      Await.until(
          "its file is gone", () -> !Files.exists(folder.resolve("data/captures/1.capture")));
    }
  }

  @Test
  void a_worker_that_dies_leaves_its_last_bytes_with_the_job() throws Exception {
    try (var server = serve();
        var talk = server.connect()) {
      long id = talk.put("killer").id();
      try (var worker = server.connect()) {
        assertThat(worker.ask("reserve").body()).isEqualTo("killer");
        worker.send("touch " + id + "\r\nrele");
        assertThat(worker.reply().line()).isEqualTo("TOUCHED");
      }
      Await.until("the death is seen", () -> talk.ask("list-captures").body().contains("- id"));
      assertThat(headrace(server, "dead", "show", Long.toString(id)))
          .contains("lane: suspect", "the last bytes of the holder", "touch " + id + "..rele");
    }
  }

  @Test
  void where_nothing_is_to_be_remembered_nothing_is_kept() throws Exception {
    try (var server =
        RunningServer.serve(folder, folder.resolve("data"), "never")
            .options("--recorder", "none")
            .start()) {
      sayGarbage(server);
      assertThat(headrace(server, "capture", "list")).isEqualTo("there is no capture\n");
      assertThat(folder.resolve("data/captures")).doesNotExist();
    }
  }

  @Test
  void tshark_reads_an_export_without_a_complaint() throws Exception {
    Tools.require("tshark", "apt install tshark");
    var file = folder.resolve("2.pcapng");
    long beforeNs = epochNs();
    int port;
    try (var server = serve()) {
      port = server.port();
      sayGarbage(server);
      headrace(server, "capture", "export", "2", "--pcapng", "-o", file.toString());
    }
    var fields = List.of("tcp.srcport", "tcp.payload", "frame.time_epoch", "frame.comment");
    var received = new StringBuilder();
    var comments = new ArrayList<String>();
    for (var line : tshark(file, List.of(), fields).lines().toList()) {
      var words = line.split("\t", -1);
      if (!words[0].equals(Integer.toString(port))) {
        received.append(new String(HexFormat.of().parseHex(words[1]), ISO_8859_1));
      }
      long timeNs = Long.parseLong(words[2].replace(".", ""));
      assertThat(timeNs).isBetween(beforeNs, epochNs());
      if (!words[3].isEmpty()) {
        comments.add(words[3]);
      }
    }
    assertThat(received).hasToString(SAID);
    assertThat(comments)
        .singleElement()
        .asString()
        .contains("unknown-command: reading stopped at byte 0 of this payload");
    var wrong =
        "tcp.analysis.flags || _ws.malformed || ip.checksum.status == 0"
            + " || tcp.checksum.status == 0 || _ws.expert.severity >= 6291456";
    assertThat(tshark(file, List.of("-Y", wrong), List.of("frame.number"))).isEmpty();
  }

  @Test
  void tshark_reads_the_protocol_with_the_script_beside_it() throws Exception {
    Tools.require("tshark", "apt install tshark");
    var file = folder.resolve("2.pcapng");
    int port;
    try (var server = serve()) {
      port = server.port();
      sayGarbage(server);
      headrace(server, "capture", "export", "2", "--pcapng", "-o", file.toString());
    }
    var options =
        List.of(
            "-X",
            "lua_script:" + Tools.root().resolve(SCRIPT),
            "-d",
            "tcp.port==" + port + ",beanstalk",
            "-Y",
            "beanstalk");
    var read =
        tshark(
            file,
            options,
            List.of("beanstalk.request", "beanstalk.reply", "beanstalk.length", "beanstalk.body"));
    assertThat(read)
        .contains(
            "use,put,put,list-tube-used\t",
            "\tUSING,INSERTED,EXPECTED_CRLF,USING\t",
            HexFormat.of().formatHex("secret".getBytes(ISO_8859_1)));
  }

  private static long epochNs() {
    var now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000 + now.getNano();
  }

  /** Reads a file with every checksum looked at; anything on stderr is a complaint. */
  private static String tshark(Path file, List<String> options, List<String> fields) {
    var words = new ArrayList<>(List.of("tshark", "-r", file.toString(), "-T", "fields"));
    words.addAll(
        List.of(
            "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-E", "separator=/t"));
    words.addAll(options);
    for (var field : fields) {
      words.add("-e");
      words.add(field);
    }
    var outcome = Run.command(words);
    assertThat(outcome.exit()).as(outcome.all()).isZero();
    var complaints =
        outcome.stderr().lines().filter(line -> !line.contains("Running as user")).toList();
    assertThat(complaints).isEmpty();
    return outcome.stdout();
  }
}
