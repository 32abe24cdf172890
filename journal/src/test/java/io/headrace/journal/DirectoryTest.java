package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTest {
  private static final JournalOptions SMALL = JournalOptions.defaults().withSegmentBytes(64 << 10);

  @TempDir Path directory;

  @Test
  void a_directory_in_use_is_refused_and_the_holder_named() throws IOException {
    try (FileDisk disk = FileDisk.open(directory)) {
      assertThat(disk.list()).containsExactly("lock");
      assertThatThrownBy(() -> FileDisk.open(directory))
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
    }
    FileDisk.open(directory).close();
  }

  @Test
  void a_directory_is_made_with_those_above_it() throws IOException {
    Path deep = directory.resolve("a/b/c");
    try (FileDisk disk = FileDisk.open(deep)) {
      assertThat(disk.list()).containsExactly("lock");
    }
    FileDisk.open(deep).close();
  }

  @Test
  void a_directory_that_is_a_file_is_refused_with_the_fix() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> FileDisk.open(file))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void who_looks_keeps_servers_out_and_is_kept_out_by_one() throws IOException {
    try (FileDisk _ = FileDisk.open(directory)) {
      assertThatThrownBy(() -> FileDisk.openToRead(directory))
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
    }
    Files.writeString(directory.resolve("lock"), "999999999\n");
    try (FileDisk _ = FileDisk.openToRead(directory)) {
      assertThatThrownBy(() -> FileDisk.open(directory))
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("in use by another process");
    }
    assertThat(directory.resolve("lock")).content().isEqualTo("999999999\n");
    FileDisk.open(directory).close();
  }

  @Test
  void who_looks_leaves_nothing_behind() throws IOException {
    try (FileDisk disk = FileDisk.openToRead(directory)) {
      assertThat(disk.list()).isEmpty();
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void files_of_another_format_are_refused_and_both_versions_named() {
    MemoryDisk disk = new MemoryDisk();
    ByteBuffer file = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    new SegmentHeader(SegmentHeader.LOG, 7, 1, 1, 0).write(file);
    disk.put(FileNames.log(1), file.array());
    ManualThread thread = new ManualThread();
    assertThatThrownBy(() -> new Shell(disk, SMALL, thread, thread))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("format 7")
        .hasMessageContaining("format 0");
    assertThat(disk.bytes(FileNames.log(1))).isEqualTo(file.array());
  }

  @Test
  void a_missing_segment_is_refused() throws IOException {
    MemoryDisk disk = new MemoryDisk();
    ManualThread thread = new ManualThread();
    try (Shell shell = new Shell(disk, SMALL, thread, thread).start()) {
      for (int i = 0; i < 150; i++) {
        shell.put(new byte[1000], 0);
        shell.turn();
        thread.join();
      }
    }
    assertThat(JournalFiles.list(disk).log()).hasSizeGreaterThan(3);
    for (int number : new int[] {1, 2}) {
      MemoryDisk missing = disk.copy();
      missing.delete(FileNames.log(number));
      assertThatThrownBy(() -> new Shell(missing, SMALL, thread, thread))
          .isInstanceOf(JournalException.class)
          .hasMessageContaining(FileNames.log(number + 1));
    }
  }
}
