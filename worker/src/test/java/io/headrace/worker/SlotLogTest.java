package io.headrace.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SlotLogTest {
  @TempDir Path folder;

  private static void say(SlotLog log, String text) {
    var bytes = text.getBytes(UTF_8);
    log.take(bytes, bytes.length);
  }

  @Test
  void full_files_move_on_and_the_oldest_is_forgotten() throws IOException {
    try (var log = new SlotLog(new ScriptTask.LogPlan(folder, 4, 3), "t-0", _ -> {})) {
      for (var text : List.of("aaaa", "bbbb", "cccc", "dd", "dd", "e")) {
        say(log, text);
      }
    }
    assertThat(folder.resolve("t-0.log")).hasContent("e");
    assertThat(folder.resolve("t-0.log.1")).hasContent("dddd");
    assertThat(folder.resolve("t-0.log.2")).hasContent("cccc");
    assertThat(folder.resolve("t-0.log.3")).doesNotExist();
  }

  @Test
  void what_was_there_is_kept() throws IOException {
    Files.writeString(folder.resolve("t-0.log"), "old ");
    try (var log = new SlotLog(new ScriptTask.LogPlan(folder, 100, 1), "t-0", _ -> {})) {
      say(log, "new");
    }
    assertThat(folder.resolve("t-0.log")).hasContent("old new");
  }

  @Test
  void where_it_cannot_be_written_that_is_said_once() throws IOException {
    var notes = new ArrayList<String>();
    var file = Files.writeString(folder.resolve("file"), "");
    try (var log = new SlotLog(new ScriptTask.LogPlan(file, 100, 1), "t-0", notes::add)) {
      say(log, "a");
      say(log, "b");
    }
    assertThat(notes).singleElement().asString().contains("not written any more");
  }
}
