package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.queue.Command;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What an earlier process left half done is finished, found again or removed. */
class RestartTest {
  private static final JournalOptions SMALL = JournalOptions.defaults().withSegmentBytes(64 << 10);
  private static final JournalOptions FORCED_HERE = SMALL.withInlineForceMaxNs(Long.MAX_VALUE);

  private final MemoryDisk disk = new MemoryDisk();
  private final ManualThread thread = new ManualThread();

  private static void turn(Shell shell, ManualThread thread) {
    shell.turn();
    thread.join();
    shell.turn();
  }

  private void crashesKeepWhatIsAcknowledged(long acknowledgedIndex) {
    for (int seed = 0; seed < 20; seed++) {
      ManualThread third = new ManualThread();
      Shell after = new Shell(disk.crash(new Random(seed)), SMALL, third, third);
      assertThat(after.journal.safeIndex())
          .as("seed %d", seed)
          .isGreaterThanOrEqualTo(acknowledgedIndex);
    }
  }

  @Test
  void spares_behind_a_torn_tail_are_the_reserve_again() throws IOException {
    Shell shell = new Shell(disk, SMALL, thread, thread).start();
    for (int i = 0; i < 1500; i++) {
      shell.put(new byte[20], 0);
      if (i % 100 == 0) {
        turn(shell, thread);
      }
    }
    for (int i = 0; i < 20; i++) {
      turn(shell, thread);
    }
    BatchPlace last = BatchPlace.all(disk).getLast();
    assertThat(JournalFiles.list(disk).log()).hasSizeGreaterThan(last.segment() + 1);
    disk.bytes(FileNames.log(last.segment()))[(int) (last.offset() + last.length()) + 100] = 1;
    disk.capacityBytes = disk.usedBytes();
    ManualThread other = new ManualThread();
    Shell again = new Shell(disk, SMALL, other, other).start();
    assertThat(again.notices).hasSize(1);
    for (int i = 0; i < 20; i++) {
      turn(again, other);
    }
    assertThat(again.journal.fileBytes()).isEqualTo(disk.usedBytes());
    assertThat(again.journal.room()).isNotEqualTo(Room.ENDS_ONLY);
  }

  @Test
  void a_log_torn_in_its_very_first_header_begins_again_in_the_same_file_on_a_full_disk()
      throws IOException {
    Shell shell = new Shell(disk, SMALL, thread, thread).start();
    thread.join();
    shell.turn();
    disk.bytes(FileNames.log(1))[0] ^= 1;
    BatchPlace.all(disk).forEach(place -> place.lose(disk));
    disk.capacityBytes = disk.usedBytes();
    ManualThread other = new ManualThread();
    Shell again = new Shell(disk, SMALL, other, other).start();
    turn(again, other);
    assertThat(again.journal.fileBytes()).isEqualTo(disk.usedBytes());
    assertThat(again.appliedIndex).isEqualTo(2);
  }

  @Test
  void a_third_snapshot_that_a_crash_left_is_removed() throws IOException {
    Shell shell = new Shell(disk, SMALL, thread, thread).start();
    Optional<MemoryDisk> killed = Optional.empty();
    for (int i = 1; killed.isEmpty(); i++) {
      shell.put(new byte[500], 0);
      shell.turn();
      while (thread.step()) {
        if (JournalFiles.list(disk).snapshots().size() == 3) {
          killed = Optional.of(disk.copy());
        }
      }
      if (i > 20) {
        shell.submit(new Command.Delete(shell.session, i - 20));
      }
    }
    MemoryDisk found = killed.orElseThrow();
    List<Long> kept = JournalFiles.list(found).snapshots().subList(1, 3);
    ManualThread other = new ManualThread();
    Shell again = new Shell(found, SMALL, other, other).start();
    assertThat(JournalFiles.list(found).snapshots()).isEqualTo(kept);
    for (int i = 0; i < 20; i++) {
      turn(again, other);
    }
    assertThat(again.journal.fileBytes()).isEqualTo(found.usedBytes());
  }

  @Test
  void what_a_failed_force_left_only_in_memory_is_written_again() {
    JournalOptions handedOver = SMALL.withInlineForceMaxNs(0);
    Shell shell = new Shell(disk, handedOver, thread, new ManualThread()).start();
    turn(shell, thread);
    shell.put(new byte[20_000], 0);
    shell.turn();
    disk.failAfter = disk.operations;
    thread.step();
    assertThatThrownBy(shell::turn).isInstanceOf(JournalException.class);
    disk.failAfter = -1;
    ManualThread other = new ManualThread();
    Shell again = new Shell(disk, SMALL, other, other).start();
    assertThat(again.machine.lastJob()).isEqualTo(1);
    for (int i = 0; i < 10; i++) {
      again.put(new byte[1000], 0);
      turn(again, other);
    }
    crashesKeepWhatIsAcknowledged(again.acknowledgedIndex);
  }

  @Test
  void the_name_of_a_spare_that_is_found_is_forced_before_the_spare_is_used() throws IOException {
    Shell shell = new Shell(disk, SMALL, thread, new ManualThread()).start();
    turn(shell, thread);
    for (int number = 2; number <= 3; number++) {
      String name = FileNames.log(number);
      try (DiskFile file = disk.create(name + FileNames.UNFINISHED)) {
        Zeros.fill(file, 0, SMALL.segmentBytes());
        file.force();
      }
      disk.rename(name + FileNames.UNFINISHED, name);
    }
    ManualThread other = new ManualThread();
    Shell again = new Shell(disk, FORCED_HERE, other, new ManualThread()).start();
    for (int i = 0; i < 100; i++) {
      again.put(new byte[1000], 0);
      turn(again, other);
    }
    crashesKeepWhatIsAcknowledged(again.acknowledgedIndex);
  }
}
