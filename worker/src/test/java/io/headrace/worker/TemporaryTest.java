package io.headrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TemporaryTest {
  @TempDir Path under;
  @TempDir Path elsewhere;
  private Path kept;
  private Temporary ours;
  private final List<String> notes = new ArrayList<>();

  @BeforeEach
  void makes_ours() throws IOException {
    kept = Files.writeString(elsewhere.resolve("kept"), "precious");
    ours = Temporary.make(under);
  }

  @AfterEach
  void removes_ours() throws IOException {
    ours.close();
    assertThat(ours.folder()).doesNotExist();
  }

  private Path left(String name) throws IOException {
    var folder = Files.createDirectory(under.resolve(name));
    var deep = Files.createDirectories(folder.resolve("slot-0/closed/deep"));
    Files.writeString(deep.resolve("file"), "text");
    Files.createSymbolicLink(deep.resolve("link"), elsewhere);
    Files.setPosixFilePermissions(deep.getParent(), PosixFilePermissions.fromString("r-x------"));
    return folder;
  }

  @Test
  void what_a_killed_supervisor_has_left_is_removed_and_links_are_not_followed()
      throws IOException {
    var left = left("headrace-work-1");
    ours.removeLeftBehind(notes::add);
    assertThat(left).doesNotExist();
    assertThat(kept).hasContent("precious");
    assertThat(ours.folder()).isDirectory();
    assertThat(notes).isEmpty();
  }

  @Test
  void what_somebody_owns_stays() throws IOException {
    try (var other = Temporary.make(under)) {
      Files.writeString(other.folder().resolve("body"), "in use");
      ours.removeLeftBehind(notes::add);
      assertThat(other.folder().resolve("body")).hasContent("in use");
      Files.delete(other.folder().resolve("body"));
    }
  }

  @Test
  void what_only_has_the_name_stays() throws IOException {
    var link = Files.createSymbolicLink(under.resolve("headrace-work-link"), elsewhere);
    var file = Files.writeString(under.resolve("headrace-work-file"), "a file");
    ours.removeLeftBehind(notes::add);
    assertThat(link).isSymbolicLink();
    assertThat(kept).hasContent("precious");
    assertThat(file).hasContent("a file");
  }

  @Test
  void what_is_another_users_stays() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root gives files away");
    var left = left("headrace-work-2");
    Files.setAttribute(left, "unix:uid", 65_534);
    ours.removeLeftBehind(notes::add);
    assertThat(left.resolve("slot-0/closed/deep/file")).hasContent("text");
  }
}
