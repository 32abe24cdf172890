package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FailingDiskTest {
  private static final JournalOptions SMALL = JournalOptions.defaults().withSegmentBytes(64 << 10);

  @Test
  void after_an_error_of_the_disk_nothing_becomes_safe_and_what_was_acknowledged_is_recovered() {
    Durability[] all = {new Durability.Fsync(), new Durability.Interval(Duration.ofSeconds(1))};
    for (Durability durability : all) {
      for (long inlineNs : new long[] {0, Long.MAX_VALUE}) {
        for (int failAfter = 0; failAfter < 60; failAfter++) {
          failAt(SMALL.with(durability).withInlineForceMaxNs(inlineNs), failAfter);
        }
      }
    }
  }

  private static void failAt(JournalOptions options, int failAfter) {
    MemoryDisk disk = new MemoryDisk();
    ManualThread thread = new ManualThread();
    Shell shell = new Shell(disk, options, thread, thread).start();
    disk.failAfter = disk.operations + failAfter;
    Map<String, String> acknowledged = shell.state();
    try {
      for (int i = 0; i < 300; i++) {
        acknowledged = shell.state();
        shell.put(new byte[500], 0);
        shell.turn();
        thread.join();
        shell.turn();
      }
      throw new AssertionError("the disk did not fail");
    } catch (JournalException e) {
      assertThat(e).hasMessageContaining("Input/output error").hasMessageContaining("memory");
    }
    long safe = shell.journal.safeIndex();
    assertThatThrownBy(shell::turn).isInstanceOf(JournalException.class);
    assertThat(shell.journal.safeIndex()).isEqualTo(safe);
    ManualThread other = new ManualThread();
    Map<String, String> recovered;
    try (Shell again = new Shell(disk.copy(), options, other, other)) {
      recovered = again.state();
    }
    acknowledged.remove("lastJob");
    assertThat(recovered).containsAllEntriesOf(acknowledged);
  }

  @Test
  void an_error_while_closing_is_told() {
    MemoryDisk disk = new MemoryDisk();
    ManualThread thread = new ManualThread();
    Shell shell = new Shell(disk, SMALL, thread, thread).start();
    shell.put(new byte[10], 0);
    disk.failAfter = disk.operations;
    assertThatThrownBy(shell::close).isInstanceOf(JournalException.class);
  }
}
