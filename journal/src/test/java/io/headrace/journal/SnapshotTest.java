package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.QueueView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
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
  void keys_whose_jobs_are_gone_have_their_room_within_the_bound() throws IOException {
    Shell shell = open(disk).start();
    int keys = 15_000;
    var snapshots = new TreeSet<Long>();
    for (int i = 1; i <= keys; i++) {
      shell.putKeyed(new byte[8], String.format("some-key-of-32-characters-%06d", i));
      shell.submit(new Command.Delete(shell.session, i));
      if (i % 64 == 0) {
        turn(shell);
        snapshots.addAll(JournalFiles.list(disk).snapshots());
      }
    }
    shell.settle();
    assertThat(shell.machine.keys()).isEqualTo(keys);
    assertThat(shell.machine.size()).isZero();
    // The row of a key has 19 bytes beside its names.
    long rows = shell.machine.totals().keyBytes();
    assertThat(rows).isEqualTo(keys * (19L + 32 + "default".length()));
    assertThat(shell.journal.fileBytes())
        .isLessThanOrEqualTo(2 * 256 * rows / 104 + 16 * SEGMENT_BYTES);
    assertThat(snapshots).as("snapshots, which too little room makes many").hasSizeLessThan(12);
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
  void on_a_disk_that_is_slow_entries_wait_for_room_below_the_bound() {
    for (int pace : new int[] {1, 2, 5, 20, 100}) {
      MemoryDisk slow = new MemoryDisk();
      ManualThread chores = new ManualThread();
      Shell shell = new Shell(slow, SMALL, thread, chores).start();
      for (int i = 0; i < 40; i++) {
        shell.put(new byte[random.nextInt(900)], 0);
      }
      long entered = 0;
      for (int turn = 0; turn < 20_000; turn++) {
        for (long job = 1; job <= 10 && !shell.journal.isCrowded(); job++) {
          shell.submit(new Command.ReserveJob(shell.session, job));
          shell.submit(new Command.Release(shell.session, job, 1, 1_000_000_000L));
          entered++;
        }
        shell.turn();
        thread.join();
        if (turn % pace == 0) {
          chores.step();
        }
        assertThat(slow.usedBytes())
            .as("bytes of all files at turn %d, a chore every %d turns", turn, pace)
            .isLessThanOrEqualTo(allowed(shell.machine.totals()));
      }
      assertThat(entered).as("entries at a chore every %d turns", pace).isGreaterThan(20_000);
      shell.close();
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
  void with_bodies_larger_than_a_segment_disk_use_comes_back_to_its_bound() {
    Shell shell = open(disk).start();
    for (int round = 0; round < 600; round++) {
      for (int i = 0; i < 20; i++) {
        boolean large = random.nextInt(8) == 0;
        byte[] body = new byte[large ? random.nextInt(5 * SEGMENT_BYTES) : random.nextInt(4000)];
        random.nextBytes(body);
        shell.put(body, 0);
      }
      for (int i = 0; i < 40; i++) {
        long job = Math.max(1, shell.machine.lastJob() - random.nextInt(200));
        if (job % 19 != 0) {
          shell.submit(new Command.Delete(shell.session, job));
        }
      }
      // What a large body's end takes from the bound at once comes free by two snapshots.
      for (int turns = 0; turns < 30; turns++) {
        turn(shell);
      }
      assertBounded(shell);
    }
    shell.settle();
    assertThat(shell.journal.bodiesMoved()).isPositive();
    List<String> before = Shell.describe(shell.machine);
    shell.close();
    try (Shell again = open(disk)) {
      assertThat(Shell.describe(again.machine)).isEqualTo(before);
      again.checkBodies();
    }
  }

  @Test
  void a_body_that_is_damaged_where_it_lies_is_not_copied_and_its_segment_is_kept()
      throws IOException {
    Shell shell = open(disk).start();
    put(shell, 40, 900);
    long kept = shell.machine.lastJob();
    int segment = Location.segment(location(shell, kept));
    put(shell, 200, 2000);
    byte[] bytes = disk.bytes(FileNames.log(segment));
    bytes[(int) Location.offset(location(shell, kept))] ^= 1;
    for (long job = 1; job <= shell.machine.lastJob(); job++) {
      if (job != kept) {
        shell.submit(new Command.Delete(shell.session, job));
      }
    }
    for (int round = 0; round < 2000; round++) {
      shell.submit(new Command.ReserveJob(shell.session, kept));
      shell.submit(new Command.Release(shell.session, kept, 1, 1_000_000_000L));
      turn(shell);
    }
    assertThat(shell.notices).hasSize(1);
    assertThat(shell.notices.getFirst())
        .contains(FileNames.log(segment), "job " + kept, "another checksum");
    assertThat(Location.segment(location(shell, kept))).isEqualTo(segment);
    assertThat(JournalFiles.list(disk).snapshots()).isNotEmpty();
    shell.checkBodies();
    shell.close();
  }

  private static long location(Shell shell, long job) {
    Body body = shell.machine.job(job, 0).orElseThrow().body();
    return shell.bodies.location(body.ref(), body.bytes());
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
