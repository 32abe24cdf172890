package io.headrace.journal;

import static io.headrace.journal.Workload.body;
import static io.headrace.journal.Workload.quiesce;
import static io.headrace.journal.Workload.touches;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.Command;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A log that waits for room on a full disk gets it, if only its own garbage is in the way. */
class StuckLogTest {
  private static final JournalOptions SMALL = JournalOptions.defaults().withSegmentBytes(64 << 10);

  @Test
  void a_full_disk_with_only_written_entries_gets_its_snapshot() {
    MemoryDisk disk = new MemoryDisk();
    ManualThread forces = new ManualThread();
    ManualThread chores = new ManualThread();
    Shell shell =
        new Shell(disk, SMALL.withInlineForceMaxNs(Long.MAX_VALUE), forces, chores).start();
    quiesce(shell, forces, chores);
    // Garbage: many segments of touches, none of a live body.
    for (int i = 0; i < 200; i++) {
      for (int k = 0; k < 60; k++) {
        shell.submit(new Command.Touch(shell.session, 1));
      }
      shell.turn();
      forces.join();
      chores.join();
    }
    disk.capacityBytes = disk.usedBytes(); // others fill the disk
    // The chores' thread is slow: it finds the disk full, and opens the snapshot only later.
    while (shell.journal.room() == Room.ALL) {
      touches(shell);
      forces.join();
      chores.step();
    }
    while (shell.journal.room() != Room.ENDS_ONLY || shell.appliedIndex == shell.logged.size()) {
      touches(shell);
      forces.join();
    }
    long appended = shell.logged.size();
    quiesce(shell, forces, chores);
    assertThat(shell.appliedIndex).isEqualTo(appended);
  }

  @Test
  void a_full_disk_of_our_own_garbage_becomes_free_again() {
    List<Integer> stuck = new ArrayList<>();
    for (int pace : new int[] {1, 2, 3, 4, 6, 8, 12, 16, 32, 1000}) {
      MemoryDisk disk = new MemoryDisk();
      ManualThread forces = new ManualThread();
      ManualThread chores = new ManualThread();
      Shell shell =
          new Shell(disk, SMALL.withInlineForceMaxNs(Long.MAX_VALUE), forces, chores).start();
      quiesce(shell, forces, chores);
      for (int i = 0; i < 10_000; i++) {
        shell.put(body(20), 0);
        if (i % 100 == 0) {
          shell.turn();
          forces.join();
          chores.join();
        }
      }
      quiesce(shell, forces, chores);
      disk.capacityBytes = disk.usedBytes() + 1000;
      int d = 0;
      while (shell.journal.room() == Room.ALL) {
        shell.submit(new Command.Delete(shell.session, ++d));
        shell.turn();
        chores.step();
      }
      for (int i = 1; i <= 20_000; i++) {
        shell.submit(new Command.Delete(shell.session, ++d));
        if (i % 50 == 0) {
          shell.turn();
          forces.join();
          if (i % (50 * pace) == 0) {
            chores.step();
          }
        }
      }
      long appended = shell.logged.size();
      quiesce(shell, forces, chores);
      if (shell.appliedIndex != appended) {
        stuck.add(pace);
      }
    }
    assertThat(stuck).as("paces at which it stays stuck for ever").isEmpty();
  }

  @Test
  void a_log_that_is_stuck_behind_its_first_snapshot_becomes_free_again() throws IOException {
    MemoryDisk disk = new MemoryDisk();
    ManualThread forces = new ManualThread();
    ManualThread chores = new ManualThread();
    Shell shell =
        new Shell(disk, SMALL.withInlineForceMaxNs(Long.MAX_VALUE), forces, chores).start();
    quiesce(shell, forces, chores);
    for (int i = 1; i <= 1000; i++) {
      shell.put(body(900), 0);
      shell.turn();
      forces.join();
      chores.join();
    }
    for (int i = 0; i < 300; i++) { // garbage, but less than makes a snapshot due
      touches(shell);
      forces.join();
      chores.join();
    }
    quiesce(shell, forces, chores);
    assertThat(JournalFiles.list(disk).snapshots()).isEmpty();
    disk.capacityBytes = disk.usedBytes() + 1000;
    int d = 2000;
    while (shell.journal.room() == Room.ALL) {
      shell.submit(new Command.Delete(shell.session, ++d));
      shell.turn();
      chores.step();
    }
    // A slow disk: the deletes come faster than the snapshot.
    while (shell.journal.room() != Room.ENDS_ONLY || shell.appliedIndex == shell.logged.size()) {
      for (int k = 0; k < 50; k++) {
        shell.submit(new Command.Delete(shell.session, ++d));
      }
      shell.turn();
      forces.join();
    }
    long appended = shell.logged.size();
    quiesce(shell, forces, chores);
    assertThat(shell.appliedIndex).isEqualTo(appended);
  }

  @Test
  void a_batch_larger_than_a_spare_does_not_stop_a_full_disk_for_ever() {
    MemoryDisk disk = new MemoryDisk();
    ManualThread forces = new ManualThread();
    ManualThread chores = new ManualThread();
    Shell shell =
        new Shell(disk, SMALL.withInlineForceMaxNs(Long.MAX_VALUE), forces, chores).start();
    quiesce(shell, forces, chores);
    // garbage of 12 segments, with nothing live
    for (int i = 1; i <= 800; i++) {
      shell.put(body(900), 0);
      shell.turn();
      shell.submit(new Command.Delete(shell.session, i));
      shell.turn();
      forces.join();
      chores.join();
    }
    quiesce(shell, forces, chores);
    disk.capacityBytes = disk.usedBytes() + 1000;
    shell.put(body(90_000), 0);
    shell.submit(new Command.Delete(shell.session, 801));
    long appended = shell.logged.size();
    quiesce(shell, forces, chores);
    assertThat(shell.appliedIndex).isEqualTo(appended);
  }

  @Test
  void close_ends_at_an_interval_although_a_write_finds_the_disk_full() throws Exception {
    var full = new AtomicReference<>("");
    ManualThread thread = new ManualThread();
    Shell shell =
        new Shell(
                TamperedDisk.fullWhenWritten(new MemoryDisk(), full),
                SMALL.with(new Durability.Interval(java.time.Duration.ofMillis(50))),
                thread,
                thread)
            .start();
    shell.turn();
    thread.join();
    shell.turn();
    full.set(".seg");
    shell.put(body(10), 0);
    Thread closing = new Thread(shell.journal::close);
    closing.setDaemon(true);
    closing.start();
    closing.join(5000);
    assertThat(closing.isAlive()).as("close still spins after 5 s").isFalse();
  }
}
