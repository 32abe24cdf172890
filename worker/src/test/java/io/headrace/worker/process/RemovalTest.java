package io.headrace.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RemovalTest {
  @TempDir Path folder;
  @TempDir Path elsewhere;

  @Test
  void a_tree_of_any_depth_is_removed_and_what_links_point_to_is_not() throws IOException {
    var kept = Files.writeString(elsewhere.resolve("kept"), "precious");
    var deepest = Files.createDirectories(folder.resolve("d/".repeat(1000)));
    Files.writeString(deepest.resolve("file"), "text");
    Files.createSymbolicLink(deepest.resolve("link"), elsewhere);
    Files.createSymbolicLink(folder.resolve("dangling"), Path.of("/no/such"));
    Removal.empty(folder);
    assertThat(folder).isEmptyDirectory();
    assertThat(kept).hasContent("precious");
  }
}
