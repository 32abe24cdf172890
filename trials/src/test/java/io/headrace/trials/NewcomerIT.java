package io.headrace.trials;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What somebody gets wrong who uses this for the first time: one clear line on stderr that names
 * what is wrong, a code other than 0, and nothing changed.
 */
final class NewcomerIT {

  private static final int NO = 1;
  private static final int USAGE = 2;
  private static final int UNREACHABLE = 3;

  /** Of the first 64 bytes of a journal's file: docs/journal-format.md. */
  private static final int VERSION_AT = 8;

  private static final int CRC_AT = 60;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "serve --no-such-flag, --no-such-flag",
    "serve --listen 127.0.0.1:99999, 99999",
    "serve --listen 127.0.0.1:x, x",
    "serve --durability sometimes, sometimes",
    "serve --durability interval:soon, soon",
    "serve --segment-size 3, 3",
    "serve --max-job-size lots, lots",
    "serve --config {folder}/none.toml, none.toml",
    "serve nonsense, nonsense",
    "nonsense, nonsense",
    "put --file {folder}/none --server 127.0.0.1:{port}, {folder}/none",
    "put --pri -1 --server 127.0.0.1:{port} body, -1",
    "put --delay soon --server 127.0.0.1:{port} body, soon",
    "job peek x --server 127.0.0.1:{port}, x",
    "tube nonsense, nonsense",
  })
  void wrong_usage(String words, String culprit) throws IOException {
    var data = folder.resolve("data");
    var outcome = headrace(real(words + (words.startsWith("serve ") ? " --data " + data : "")));
    assertClear(outcome, USAGE, real(culprit).getFirst());
    assertThat(data).doesNotExist();
  }

  /** 192.0.2.1 is of TEST-NET-1 (RFC 5737): nobody has it. */
  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1", "no-such-host.invalid", "nonsense"})
  void an_address_that_is_not_of_this_machine(String host) throws IOException {
    var words = "serve --data none --plain-anywhere true --listen " + host + ":{port}";
    assertClear(headrace(real(words)), USAGE, host);
  }

  @Test
  void a_server_whose_name_nobody_knows() throws IOException {
    var outcome = headrace(real("put --server no-such-host.invalid:{port} body"));
    assertClear(outcome, UNREACHABLE, "no-such-host.invalid");
  }

  @Test
  void a_port_that_is_taken() throws IOException {
    var data = folder.resolve("data");
    try (var first = serve(folder.resolve("other")).start();
        var talk = first.connect()) {
      var address = "127.0.0.1:" + first.port();
      var outcome = headrace(List.of("serve", "--listen", address, "--data", data.toString()));
      assertClear(outcome, USAGE, address);
      assertThat(talk.put("x").line()).isEqualTo("INSERTED 1");
    }
  }

  @Test
  void data_that_another_process_holds() throws IOException {
    var data = folder.resolve("data");
    try (var first = serve(data).start();
        var talk = first.connect()) {
      assertThat(talk.put("x").line()).isEqualTo("INSERTED 1");
      assertClear(serve(data).runToItsEnd(), NO, data.toString());
      assertThat(talk.put("y").line()).isEqualTo("INSERTED 2");
    }
  }

  @Test
  void data_of_another_version() throws IOException {
    var data = folder.resolve("data");
    try (var server = serve(data).start();
        var talk = server.connect()) {
      assertThat(talk.put("x").line()).isEqualTo("INSERTED 1");
    }
    var changed = new ArrayList<String>();
    try (var files = Files.list(data)) {
      for (var file : files.toList()) {
        if (setVersion(file, 9)) {
          changed.add(file.getFileName().toString());
        }
      }
    }
    assertThat(changed).as("files with a version").isNotEmpty();
    var before = DirectoryPrint.of(data);
    var outcome = serve(data).runToItsEnd();
    assertClear(outcome, NO, "format 9");
    assertThat(changed).as(outcome.all()).anyMatch(outcome.stderr()::contains);
    assertThat(DirectoryPrint.of(data)).isEqualTo(before);
  }

  @Test
  void data_that_is_damaged() throws IOException {
    var data = folder.resolve("data");
    try (var server = serve(data).start();
        var talk = server.connect()) {
      for (int i = 0; i < 100; i++) {
        talk.put("a body to be found, number " + i);
      }
    }
    var damaged = damage(data, "number 7");
    var before = DirectoryPrint.of(data);
    var outcome = serve(data).runToItsEnd();
    assertClear(outcome, NO, damaged);
    assertThat(outcome.stderr()).containsPattern("\\d{2,}");
    assertThat(DirectoryPrint.of(data)).isEqualTo(before);
  }

  @Test
  void data_that_is_a_file() throws IOException {
    var data = Files.writeString(folder.resolve("data"), "precious");
    assertClear(serve(data).runToItsEnd(), NO, data.toString());
    assertThat(data).hasContent("precious");
  }

  @Test
  void data_with_somebody_elses_files() throws IOException {
    var data = Files.createDirectory(folder.resolve("data"));
    Files.writeString(data.resolve("thesis.txt"), "precious");
    try (var server = serve(data).start()) {
      assertThat(server.isAlive()).isTrue();
    }
    assertThat(data.resolve("thesis.txt")).hasContent("precious");
  }

  @ParameterizedTest
  @ValueSource(strings = {"put body", "reserve", "server stats", "tube list", "job peek 1"})
  void no_server(String words) throws IOException {
    int port = RunningServer.freePort();
    var all = new ArrayList<>(List.of(words.split(" ", -1)));
    all.addAll(List.of("--server", "127.0.0.1:" + port));
    assertClear(headrace(all), UNREACHABLE, "127.0.0.1:" + port);
  }

  @Test
  void something_else_listens_there() throws Exception {
    try (var listening = SilentPeer.saying("220 mail.example ESMTP\r\n")) {
      var address = "127.0.0.1:" + listening.port();
      var outcome = headrace(List.of("put", "body", "--server", address, "--patience", "2s"));
      assertThat(outcome.exit()).as(outcome.all()).isNotZero();
      assertThat(outcome.stderr()).as(outcome.all()).hasLineCount(1).doesNotContain("\tat ");
    }
  }

  private static void assertClear(Run.Outcome outcome, int exit, String culprit) {
    assertThat(outcome.exit()).as(outcome.all()).isEqualTo(exit);
    assertThat(outcome.stdout()).as(outcome.all()).isEmpty();
    assertThat(outcome.stderr())
        .as(outcome.all())
        .contains(culprit)
        .doesNotContain("\tat ", "Exception", "WARNING");
    // Wrong usage may be followed by a line that shows where the right one is.
    assertThat(outcome.stderr().lines().count())
        .as(outcome.all())
        .isBetween(1L, exit == USAGE ? 2L : 1L);
  }

  /** Gives a journal's file another version, with a good checksum; false when it is none. */
  private static boolean setVersion(Path file, int version) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      var header = ByteBuffer.allocate(CRC_AT + 4).order(ByteOrder.LITTLE_ENDIAN);
      channel.read(header, 0);
      if (header.hasRemaining() || header.get(0) != 'H') {
        return false;
      }
      header.putInt(VERSION_AT, version);
      var crc = new CRC32C();
      crc.update(header.array(), 0, CRC_AT);
      header.putInt(CRC_AT, (int) crc.getValue());
      channel.write(header.flip(), 0);
      return true;
    }
  }

  /** Flips a bit of {@code text} in the file that holds it, and returns the file's name. */
  private static String damage(Path data, String text) throws IOException {
    try (var files = Files.list(data)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var bytes = Files.readAllBytes(file);
        int at = indexOf(bytes, text.getBytes(US_ASCII));
        if (at >= 0) {
          bytes[at] ^= 1;
          Files.write(file, bytes);
          return file.getFileName().toString();
        }
      }
    }
    throw new AssertionError("No file of " + data + " holds '" + text + "'");
  }

  private static int indexOf(byte[] bytes, byte[] text) {
    for (int at = 0; at + text.length <= bytes.length; at++) {
      if (Arrays.equals(bytes, at, at + text.length, text, 0, text.length)) {
        return at;
      }
    }
    return -1;
  }

  private RunningServer.Launch serve(Path data) {
    return RunningServer.serve(folder, data, "fsync");
  }

  private static Run.Outcome headrace(List<String> words) {
    var all = new ArrayList<>(List.of(Tools.headrace()));
    all.addAll(words);
    return Run.command(all);
  }

  private List<String> real(String words) throws IOException {
    return List.of(
        words
            .replace("{port}", Integer.toString(RunningServer.freePort()))
            .replace("{folder}", folder.toString())
            .split(" ", -1));
  }
}
