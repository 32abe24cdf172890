package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.headrace.queue.Command;
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

  @Test
  void the_forced_index_in_a_segments_header_counts_also_where_its_first_batch_is_torn()
      throws IOException {
    Shell shell = new Shell(disk, SMALL, thread, thread).start();
    while (BatchPlace.all(disk).stream().noneMatch(place -> place.segment() == 2)) {
      shell.put(new byte[1000], 0);
      turn(shell);
    }
    List<BatchPlace> all = BatchPlace.all(disk);
    BatchPlace torn = all.getLast();
    BatchPlace forced = all.get(all.size() - 2);
    assertThat(forced.segment()).isEqualTo(1);
    torn.lose(disk);
    forced.lose(disk);
    assertThatThrownBy(() -> open(disk)).isInstanceOf(JournalException.class);
  }

  @Test
  void a_damaged_snapshot_stays_evidence_for_the_next_start_too() throws IOException {
    Shell shell = new Shell(disk, SMALL, thread, thread).start();
    for (int i = 1; JournalFiles.list(disk).snapshots().size() < 2; i++) {
      shell.put(new byte[500], 0);
      turn(shell);
      if (i > 20) {
        shell.submit(new Command.Delete(shell.session, i - 20));
      }
    }
    MemoryDisk damaged = disk.copy();
    long newest = JournalFiles.list(damaged).snapshots().getLast();
    damaged.bytes(FileNames.snapshot(newest))[200] ^= 1;
    BatchPlace.loseFrom(damaged, newest - 3);
    for (int start = 1; start <= 2; start++) {
      assertThat(catchThrowable(() -> open(damaged)))
          .as("start %d", start)
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("forced");
    }
  }
}
