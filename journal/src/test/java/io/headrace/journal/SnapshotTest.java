package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.Command;
import io.headrace.queue.QueueView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SnapshotTest {
  private static final int SEGMENT_BYTES = 64 << 10;

  private static final JournalOptions SMALL =
      JournalOptions.defaults().withSegmentBytes(SEGMENT_BYTES);

  private final MemoryDisk disk = new MemoryDisk();
  private final ManualThread thread = new ManualThread();
  private final Random random = new Random(11);

  private Shell open(Disk of) {
    return new Shell(of, SMALL, thread, thread);
  }

  private void turn(Shell shell) {
    shell.turn();
    thread.join();
    shell.turn();
  }

  private void put(Shell shell, int count, int bytesMax) {
    for (int i = 0; i < count; i++) {
      byte[] body = new byte[random.nextInt(bytesMax)];
      random.nextBytes(body);
      shell.put(body, 0);
      if (i % 16 == 0) {
        turn(shell);
      }
    }
    turn(shell);
  }

  private static long allowed(QueueView totals) {
    long jobs = totals.ready() + totals.reserved() + totals.delayed() + totals.buried();
    return 2 * (totals.bodyBytes() + 256 * jobs) + 16 * SEGMENT_BYTES;
  }

  private void assertBounded(Shell shell) {
    long allowed = allowed(shell.machine.totals());
    assertThat(disk.usedBytes()).as("bytes of all files").isLessThanOrEqualTo(allowed);
    assertThat(shell.journal.fileBytes()).isLessThanOrEqualTo(allowed);
  }

  @Test
  void endless_releases_with_a_delay_stay_within_the_bound_of_disk_use() {
    Shell shell = open(disk).start();
    put(shell, 40, 900);
    for (int round = 0; round < 4000; round++) {
      for (long job = 1; job <= 10; job++) {
        shell.submit(new Command.ReserveJob(shell.session, job));
        shell.submit(new Command.Release(shell.session, job, 1, 1_000_000_000L));
      }
      turn(shell);
      assertBounded(shell);
    }
    List<String> before = Shell.describe(shell.machine);
    shell.close();
    try (Shell again = open(disk)) {
      assertThat(Shell.describe(again.machine)).isEqualTo(before);
    }
  }

  @Test
  void puts_and_deletes_at_random_stay_within_the_bound_and_the_few_survivors_are_copied_forward()
      throws IOException {
    Shell shell = open(disk).start();
    int copied = 0;
    for (int round = 0; round < 12; round++) {
      put(shell, 300, 2000);
      for (int i = 0; i < 4000; i++) {
        long job = 1 + random.nextLong(shell.machine.lastJob());
        if (job % 37 != 0) {
          shell.submit(new Command.Delete(shell.session, job));
        }
        if (i % 16 == 0) {
          turn(shell);
          assertBounded(shell);
        }
      }
      copied = Math.max(copied, JournalFiles.list(disk).bodies().size());
    }
    assertThat(copied).isPositive();
    assertThat(shell.journal.bodiesMoved()).isPositive();
    shell.settle();
    List<String> before = Shell.describe(shell.machine);
    shell.close();
    for (JournalTool.FileReport file : new JournalTool(disk).verify().files()) {
      assertThat(file.damage()).as(file.name()).isEmpty();
    }
    try (Shell again = open(disk)) {
      assertThat(Shell.describe(again.machine)).isEqualTo(before);
      again.checkBodies();
    }
  }

  @Test
  void a_damaged_snapshot_is_set_aside_and_the_one_before_it_used() throws IOException {
    Shell shell = open(disk).start();
    while (JournalFiles.list(disk).snapshots().size() < 2) {
      put(shell, 50, 500);
      for (int i = 0; i < 45; i++) {
        shell.submit(new Command.Delete(shell.session, shell.machine.lastJob() - i));
      }
      turn(shell);
    }
    put(shell, 20, 500);
    List<String> before = Shell.describe(shell.machine);
    shell.close();
    long newest = JournalFiles.list(disk).snapshots().getLast();
    List<Integer> silent = new ArrayList<>();
    int length = disk.bytes(FileNames.snapshot(newest)).length;
    for (int at = 0; at < length; at += 1 + length / 200) {
      MemoryDisk flipped = disk.copy();
      flipped.bytes(FileNames.snapshot(newest))[at] ^= 4;
      try (Shell again = open(flipped)) {
        if (again.notices.isEmpty()) {
          silent.add(at);
        }
        assertThat(Shell.describe(again.machine)).isEqualTo(before);
        again.checkBodies();
      }
    }
    assertThat(silent).isEmpty();
  }
}
