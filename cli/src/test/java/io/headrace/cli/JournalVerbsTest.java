package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.client.HeadraceClient;
import io.headrace.client.JobOptions;
import io.headrace.client.ServerAddress;
import io.headrace.journal.Durability;
import io.headrace.server.HeadraceServer;
import io.headrace.server.JournalPlace;
import io.headrace.server.ListenAddress;
import io.headrace.server.ServerOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal verbs as processes, on the files that a server left. */
final class JournalVerbsTest {
  private static final int SEGMENT_BYTES = 1 << 20;
  private static final String BODY = "the body of a job that can be found again";

  @TempDir private Path data;

  @BeforeEach
  void a_server_has_left_its_files() {
    var options =
        new ServerOptions(
            "0.0.0",
            List.of(new ListenAddress.Tcp("127.0.0.1", 0)),
            Optional.of(new JournalPlace(data, new Durability.Fsync(), SEGMENT_BYTES)),
            65_535,
            SEGMENT_BYTES,
            1_000,
            10);
    try (var server = HeadraceServer.start(options);
        var client = HeadraceClient.connect(ServerAddress.parse(server.addresses().getFirst()))) {
      client.put(BODY.getBytes(StandardCharsets.UTF_8), JobOptions.DEFAULT);
      client.put("second".getBytes(StandardCharsets.UTF_8), JobOptions.DEFAULT);
    }
  }

  private Path segment() {
    return data.resolve("000000000001.seg");
  }

  /** Flips one bit of the first job's body. */
  private void damage() throws Exception {
    var bytes = Files.readAllBytes(segment());
    var text = new String(bytes, StandardCharsets.ISO_8859_1);
    bytes[text.indexOf(BODY)] ^= 1;
    Files.write(segment(), bytes);
  }

  @Test
  void what_is_intact_is_said_to_be_and_its_entries_are_printed() {
    var verified = Ran.with("journal", "verify", data.toString());
    assertThat(verified.exit()).as(verified.toString()).isZero();
    assertThat(verified.out()).contains("000000000001.seg").contains("intact: a server starts");
    var dumped = Ran.with("journal", "dump", data.toString(), "--bodies");
    assertThat(dumped.out()).contains("Restart").contains("Put[").contains(BODY);
    assertThat(Ran.with("journal", "repair", data.toString()).out()).contains("nothing to cut");
  }

  @Test
  void damage_is_named_by_file_and_byte_and_cut_only_with_consent() throws Exception {
    damage();
    var verified = Ran.with("journal", "verify", data.toString());
    assertThat(verified.exit()).isEqualTo(1);
    assertThat(verified.out()).contains("000000000001.seg at byte ").contains("refuses to start");
    var before = Files.readAllBytes(segment());
    var asked = Ran.with("journal", "repair", data.toString());
    assertThat(asked.exit()).isEqualTo(2);
    assertThat(asked.complaint()).contains("--yes");
    assertThat(segment()).hasBinaryContent(before);
    var refused = Ran.with("serve", "--listen", "127.0.0.1:0", "--data", data.toString());
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.complaint()).contains("000000000001.seg at byte ");
    var cut = Ran.with("journal", "repair", data.toString(), "--yes");
    assertThat(cut.exit()).as(cut.toString()).isZero();
    assertThat(cut.out()).contains("000000000001.seg.cut");
    assertThat(Ran.with("journal", "verify", data.toString()).exit()).isZero();
  }

  @Test
  void looking_leaves_the_directory_as_it_is() throws Exception {
    Files.delete(data.resolve("lock")); // as in a copy of the files
    var before = files();
    assertThat(Ran.with("journal", "verify", "--data", data.toString()).exit()).isZero();
    assertThat(Ran.with("journal", "dump", "--data", data.toString()).exit()).isZero();
    assertThat(files()).isEqualTo(before);
    var twice = Ran.with("journal", "verify", "--data", data.toString(), data.toString());
    assertThat(twice.exit()).isEqualTo(2);
    assertThat(twice.complaint()).contains("--data");
  }

  private List<String> files() throws Exception {
    try (var files = Files.list(data)) {
      return files.map(file -> file + " " + file.toFile().lastModified()).sorted().toList();
    }
  }

  @Test
  void a_directory_that_is_not_there_is_not_made() {
    var ran = Ran.with("journal", "verify", data.resolve("nope").toString());
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.complaint()).contains("there is no such directory");
    assertThat(data.resolve("nope")).doesNotExist();
  }
}
