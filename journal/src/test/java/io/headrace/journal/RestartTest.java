package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
    for (int seed = 0; seed < 20; seed++) {
      ManualThread third = new ManualThread();
      Shell after = new Shell(disk.crash(new Random(seed)), SMALL, third, third);
      assertThat(after.journal.safeIndex())
          .as("seed %d", seed)
          .isGreaterThanOrEqualTo(again.acknowledgedIndex);
    }
  }
}
