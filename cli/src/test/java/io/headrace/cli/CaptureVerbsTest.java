package io.headrace.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.client.HeadraceClient;
import io.headrace.client.ServerAddress;
import io.headrace.server.HeadraceServer;
import io.headrace.server.ListenAddress;
import io.headrace.server.ServerOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done with captures, against a server over a socket. */
final class CaptureVerbsTest {
  @TempDir Path folder;

  private final HeadraceServer server = start();
  private final HeadraceServer other = start();

  private static HeadraceServer start() {
    return HeadraceServer.start(
        new ServerOptions(
            "0.0.0", List.of(new ListenAddress.Tcp("127.0.0.1", 0)), 65_535, 64 << 20, 100));
  }

  @AfterEach
  void stops_the_servers() {
    server.close();
    other.close();
  }

  private static String address(HeadraceServer of) {
    return of.addresses().getFirst();
  }

  private Ran run(String... words) {
    return new Ran.Call(Map.of("HEADRACE_SERVER", address(server)), words).run();
  }

  /** Says this and waits for so many lines. */
  private Socket say(String text, int lines) throws IOException {
    var socket = new Socket();
    var at = (ServerAddress.Tcp) ServerAddress.parse(address(server));
    socket.connect(new InetSocketAddress(at.host(), at.port()));
    socket.setSoTimeout(60_000);
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    var reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
    for (int i = 0; i < lines; i++) {
      assertThat(reader.readLine()).isNotNull();
    }
    return socket;
  }

  @Test
  void garbage_is_listed_shown_masked_and_exported() throws IOException {
    say("use mail\r\nput 1 0 9 6\r\nsecret\r\nput 1 0 x 6\r\nsecret\r\n", 4).close();
    var list = run("capture", "list");
    assertThat(list.exit()).as("%s", list).isZero();
    assertThat(list.out())
        .containsPattern("(?m)^ *1 .* bad-format .* 39 .*'put <pri> <delay> <ttr> <bytes>'$")
        .containsPattern("(?m)^ *2 .* unknown-command ");
    assertThat(run("capture", "list", "--json").out())
        .contains("\"cause\":\"bad-format\"", "\"stopped-at\":39,\"held\":\"\"");
    assertThat(run("capture", "show", "1").out())
        .contains("expected: 'put <pri> <delay> <ttr> <bytes>'", "ut 1 0 x 6..secr\n", "^^");
    var masked = run("capture", "show", "1", "--redact").out();
    assertThat(masked).doesNotContain("secr", "73 65 63", "mail");
    assertThat(run("capture", "show", "1", "--redact", "--json").out())
        .contains("\"text\":\"use xxxx\\r\\nput 1 0 9 6\\r\\nxxxxxx\\r\\nput x x x x\\r\\nxxx")
        .doesNotContain("736563");
    assertThat(run("capture", "show", "1", "--json").out())
        .contains("\"stopped-at\":39", "\"way\":\"in\"", "\"hex\":\"757365206d61696c0d0a");
    var file = folder.resolve("1.capture").toString();
    var exported = run("capture", "export", "1", "--redact", "-o", file);
    assertThat(exported.out()).startsWith(file + ": ");
    assertThat(run("capture", "show", file).out().stripTrailing())
        .isEqualTo(masked.stripTrailing());
    assertThat(run("capture", "export", "1", "-o", file).complaint()).contains("not there yet");
    assertThat(run("capture", "delete", "1").out()).isEqualTo("capture 1 deleted\n");
    assertThat(run("capture", "show", "1").complaint())
        .isEqualTo("headrace: there is no capture 1; 'headrace capture list' shows them");
  }

  @Test
  void a_file_that_is_no_capture_is_refused_in_words() throws IOException {
    var file = folder.resolve("odd");
    Files.writeString(file, "odd");
    var ran = run("capture", "show", file.toString());
    assertThat(ran.exit()).isEqualTo(Exit.USAGE);
    assertThat(ran.complaint()).contains(file + ": it is no whole capture");
  }

  @Test
  void what_was_received_is_said_to_another_server() throws IOException {
    say("put 1 0 9 6\r\nsecret\r\nnonsense\r\n", 2).close();
    assertThat(run("capture", "replay", "1").exit()).as("never without --to").isEqualTo(Exit.USAGE);
    var ran = run("capture", "replay", "1", "--to", address(other), "--wait", "2s");
    assertThat(ran.out())
        .isEqualTo("INSERTED 1\nUNKNOWN_COMMAND\n-- 31 bytes sent, 29 came back\n");
    try (var client = HeadraceClient.connect(ServerAddress.parse(address(other)))) {
      assertThat(client.peek(1).orElseThrow().text()).isEqualTo("secret");
    }
    var refused = run("capture", "replay", "1", "--to", "127.0.0.1:1");
    assertThat(refused.exit()).isEqualTo(Exit.UNREACHABLE);
    assertThat(refused.complaint()).startsWith("headrace: 127.0.0.1:1 cannot be reached");
  }

  @Test
  void a_connection_is_captured_by_hand() throws IOException {
    try (var _ = say("use mail\r\n", 1)) {
      var ran = run("connection", "capture", "1");
      assertThat(ran.out()).isEqualTo("capture 1; 'headrace capture show 1' shows it\n");
    }
    assertThat(run("capture", "show", "1").out()).contains("by-hand", "use mail..");
    assertThat(run("connection", "capture", "1").exit()).isEqualTo(Exit.NO);
  }

  @Test
  void the_last_bytes_of_who_died_are_shown_with_the_job() throws IOException {
    var worker = say("put 1 0 9 4\r\nbody\r\nreserve\r\ntouch 1\r\n", 4);
    worker.setSoLinger(true, 0);
    worker.close();
    try (var client = HeadraceClient.connect(ServerAddress.parse(address(server)))) {
      while (client.listCaptures().isEmpty()) {
        Thread.onSpinWait();
      }
    }
    var shown = run("dead", "show", "1").out();
    assertThat(shown)
        .contains("deaths: 1", "the last bytes of the holder that died, 127.0.0.1:", "h 1..\n");
    assertThat(run("dead", "show", "1", "--json").out()).contains("\"capture\":1");
  }
}
