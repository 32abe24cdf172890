package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever says that an entry was forced keeps its loss from passing for a torn tail. */
class DamageEvidenceTest {
  private static final JournalOptions SMALL = JournalOptions.defaults().withSegmentBytes(64 << 10);

  private final MemoryDisk disk = new MemoryDisk();
  private final ManualThread thread = new ManualThread();

  private Shell open(Disk of) {
    ManualThread other = new ManualThread();
    return new Shell(of, SMALL, other, other);
  }

  private void turn(Shell shell) {
    shell.turn();
    thread.join();
    shell.turn();
  }

  @Test
  void a_batch_lost_right_before_the_last_mark_is_corruption() throws IOException {
    try (Shell shell = new Shell(disk, SMALL, thread, thread).start()) {
      for (int i = 0; i < 5; i++) {
        shell.put(new byte[100], 0);
        turn(shell);
      }
    }
    List<BatchPlace> all = BatchPlace.all(disk);
    assertThat(all.getLast().entries()).as("the mark of a clean stop").isZero();
    BatchPlace lost = all.get(all.size() - 2);
    lost.lose(disk);
    assertThatThrownBy(() -> open(disk))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining(FileNames.log(1));
  }
}
