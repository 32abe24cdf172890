package io.headrace.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderTest {
  @TempDir Path place;

  @Test
  void whatever_is_in_it_is_seen_and_that_it_is_gone_again() throws IOException {
    try (var folder = new Folder(place)) {
      for (var name : new String[] {"a", ".a", "...", "a name that is long".repeat(10)}) {
        assertThat(folder.isEmpty()).as("before " + name).isTrue();
        var file = Files.createFile(place.resolve(name));
        assertThat(folder.isEmpty()).as("with " + name).isFalse();
        Files.delete(file);
        var below = Files.createDirectory(place.resolve(name));
        assertThat(folder.isEmpty()).as("with a folder " + name).isFalse();
        Files.delete(below);
      }
      assertThat(folder.isEmpty()).isTrue();
    }
  }

  @Test
  void one_that_is_gone_or_never_was_is_not_said_to_be_empty() throws IOException {
    var gone = Files.createDirectory(place.resolve("gone"));
    try (var folder = new Folder(gone);
        var none = new Folder(place.resolve("none"))) {
      Files.delete(gone);
      assertThat(folder.isEmpty()).isFalse();
      assertThat(none.isEmpty()).isFalse();
    }
  }
}
