package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** A disk that cannot give back some bytes of a file: the commonest real damage. */
class UnreadableDiskTest {
  private static final JournalOptions SMALL = JournalOptions.defaults().withSegmentBytes(1 << 20);

  @Test
  void a_start_that_cannot_read_names_the_file_and_the_place_and_promises_nothing() {
    MemoryDisk disk = new MemoryDisk();
    ManualThread thread = new ManualThread();
    try (Shell shell = new Shell(disk, SMALL, thread, thread).start()) {
      for (int i = 0; i < 800; i++) {
        shell.put(new byte[1000], 0);
        shell.settle();
      }
    }
    TamperedDisk bad =
        TamperedDisk.unreadable(disk, FileNames.log(1), FileWindow.WINDOW_BYTES + 1000);
    assertThatThrownBy(() -> new Shell(bad, SMALL, thread, thread))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining(FileNames.log(1) + " at byte ")
        .hasMessageContaining("Input/output error")
        .hasMessageNotContaining("Nothing was lost");
    assertThatThrownBy(() -> new JournalTool(bad).verify())
        .isInstanceOf(JournalException.class)
        .hasMessageContaining(FileNames.log(1) + " at byte ");
  }
}
