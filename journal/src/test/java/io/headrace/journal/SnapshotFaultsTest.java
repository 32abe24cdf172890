package io.headrace.journal;

import static io.headrace.journal.Workload.body;
import static io.headrace.journal.Workload.quiesce;
import static io.headrace.journal.Workload.touches;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.Command;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Snapshots that are given up, copies that die or are not written. */
class SnapshotFaultsTest {
  private static final JournalOptions SMALL = JournalOptions.defaults().withSegmentBytes(64 << 10);

  @Test
  void the_second_newest_snapshot_keeps_the_copies_it_names() throws IOException {
    MemoryDisk disk = new MemoryDisk();
    ManualThread forces = new ManualThread();
    ManualThread chores = new ManualThread();
    Shell shell =
        new Shell(disk, SMALL.withInlineForceMaxNs(Long.MAX_VALUE), forces, chores).start();
    for (int i = 1; i <= 15_000; i++) {
      shell.put(body(8), 0);
      if (i % 100 == 0) {
        shell.turn();
        forces.join();
        chores.join();
      }
    }
    quiesce(shell, forces, chores);
    for (int i = 0; i < 200; i++) {
      shell.put(body(900), 0);
      shell.turn();
      forces.join();
      chores.join();
    }
    quiesce(shell, forces, chores);
    long last = shell.machine.lastJob();
    long kept = last - 100; // in the middle of a full segment
    for (long job = 15_001; job <= last; job++) {
      if (job != kept) {
        shell.submit(new Command.Delete(shell.session, job));
      }
    }
    // A snapshot that copies the one body forward; stop when its files are there.
    while (JournalFiles.list(disk).bodies().isEmpty()) {
      touches(shell);
      forces.join();
      while (JournalFiles.list(disk).bodies().isEmpty() && chores.step()) {
        Thread.onSpinWait();
      }
    }
    shell.turn(); // begins the walk
    shell.submit(new Command.Delete(shell.session, kept));
    shell.turn();
    forces.join();
    quiesce(shell, forces, chores);
    List<Long> snapshots = JournalFiles.list(disk).snapshots();
    long naming = snapshots.getLast();
    while (JournalFiles.list(disk).snapshots().getLast() == naming) {
      touches(shell);
      forces.join();
      chores.join();
    }
    shell.turn();
    chores.join();
    MemoryDisk killed = disk.copy();
    long newest = JournalFiles.list(killed).snapshots().getLast();
    assertThat(JournalFiles.list(killed).snapshots()).contains(naming);
    killed.bytes(FileNames.snapshot(newest))[100] ^= 1;
    ManualThread t2 = new ManualThread();
    new Shell(killed, SMALL, t2, t2);
  }

  @Test
  void a_copy_that_was_not_written_is_no_place_of_a_body() throws IOException {
    var full = new AtomicReference<>("");
    MemoryDisk disk = new MemoryDisk();
    ManualThread forces = new ManualThread();
    ManualThread chores = new ManualThread();
    Shell shell =
        new Shell(
                TamperedDisk.fullWhenWritten(disk, full),
                SMALL.withInlineForceMaxNs(Long.MAX_VALUE),
                forces,
                chores)
            .start();
    for (int i = 0; i < 200; i++) {
      shell.put(body(900), 0);
      shell.turn();
      forces.join();
      chores.join();
    }
    quiesce(shell, forces, chores);
    long last = shell.machine.lastJob();
    for (long job = 1; job <= last; job++) {
      if (job != last - 100) {
        shell.submit(new Command.Delete(shell.session, job));
      }
    }
    while (JournalFiles.list(disk).bodies().isEmpty()) {
      touches(shell);
      forces.join();
      while (JournalFiles.list(disk).bodies().isEmpty() && chores.step()) {
        Thread.onSpinWait();
      }
    }
    full.set(".bodies");
    for (int i = 0; i < 20; i++) {
      touches(shell);
      forces.join();
      chores.join();
    }
    assertThat(shell.journal.bodiesMoved()).isZero();
    MemoryDisk killed = disk.copy();
    ManualThread t2 = new ManualThread();
    Shell again = new Shell(killed, SMALL, t2, t2);
    assertThat(again.machine.totals().ready()).isEqualTo(1);
  }

  @Test
  void an_abandoned_snapshot_is_soon_tried_again() throws IOException {
    var full = new AtomicReference<>("");
    MemoryDisk disk = new MemoryDisk();
    ManualThread thread = new ManualThread();
    Shell shell =
        new Shell(
                TamperedDisk.fullWhenWritten(disk, full),
                SMALL.withInlineForceMaxNs(Long.MAX_VALUE),
                thread,
                thread)
            .start();
    for (int i = 0; i < 5; i++) {
      touches(shell);
    }
    quiesce(shell, thread, thread); // the room of a snapshot with one session is there
    full.set(".snapshot");
    while (shell.journal.room() == Room.ALL) { // a snapshot is given up
      touches(shell);
      thread.join();
    }
    full.set("");
    thread.passTime();
    quiesce(shell, thread, thread);
    assertThat(shell.journal.room()).isEqualTo(Room.ALL);
    int segments = JournalFiles.list(disk).log().getLast();
    while (JournalFiles.list(disk).snapshots().isEmpty()) {
      touches(shell);
      thread.join();
    }
    int later = JournalFiles.list(disk).log().getLast();
    assertThat(later - segments).isLessThanOrEqualTo(1);
  }
}
