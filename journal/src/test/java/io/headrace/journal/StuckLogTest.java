package io.headrace.journal;

import static io.headrace.journal.Workload.SMALL;
import static io.headrace.journal.Workload.body;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A log that waits for room on a full disk gets it, if only its own garbage is in the way. */
class StuckLogTest {
  private final Workload load = new Workload();
  private final Shell shell = load.shell;

  @Test
  void a_full_disk_with_only_written_entries_gets_its_snapshot() {
    load.quiesce();
    // Garbage: many segments of touches, none of a live body.
    for (int i = 0; i < 200; i++) {
      load.touches();
      load.join();
    }
    load.disk.capacityBytes = load.disk.usedBytes(); // others fill the disk
    // The chores' thread is slow: it finds the disk full, and opens the snapshot only later.
    while (shell.journal.room() == Room.ALL) {
      load.touches();
      load.forces.join();
      load.chores.step();
    }
    while (shell.journal.room() != Room.ENDS_ONLY || shell.appliedIndex == shell.logged.size()) {
      load.touches();
      load.forces.join();
    }
    assertThat(load.comesFree()).isTrue();
  }

  @Test
  void a_full_disk_of_our_own_garbage_becomes_free_again() {
    List<Integer> stuck = new ArrayList<>();
    for (int pace : new int[] {1, 2, 3, 4, 6, 8, 12, 16, 32, 1000}) {
      Workload one = new Workload();
      one.quiesce();
      one.put(10_000, 20, 100);
      one.quiesce();
      one.disk.capacityBytes = one.disk.usedBytes() + 1000;
      long deleted = deleteUntilThereIsNoRoom(one, 0);
      for (int i = 1; i <= 20_000; i++) {
        one.delete(++deleted);
        if (i % 50 == 0) {
          one.shell.turn();
          one.forces.join();
          if (i % (50 * pace) == 0) {
            one.chores.step();
          }
        }
      }
      if (!one.comesFree()) {
        stuck.add(pace);
      }
    }
    assertThat(stuck).as("paces at which it stays stuck for ever").isEmpty();
  }

  @Test
  void a_log_that_is_stuck_behind_its_first_snapshot_becomes_free_again() throws IOException {
    load.quiesce();
    load.put(1000, 900, 1);
    for (int i = 0; i < 300; i++) { // garbage, but less than makes a snapshot due
      load.touches();
      load.join();
    }
    load.quiesce();
    assertThat(JournalFiles.list(load.disk).snapshots()).isEmpty();
    load.disk.capacityBytes = load.disk.usedBytes() + 1000;
    long deleted = deleteUntilThereIsNoRoom(load, 2000);
    // A slow disk: the deletes come faster than the snapshot.
    while (shell.journal.room() != Room.ENDS_ONLY || shell.appliedIndex == shell.logged.size()) {
      for (int k = 0; k < 50; k++) {
        load.delete(++deleted);
      }
      shell.turn();
      load.forces.join();
    }
    assertThat(load.comesFree()).isTrue();
  }

  private static long deleteUntilThereIsNoRoom(Workload load, long after) {
    long deleted = after;
    while (load.shell.journal.room() == Room.ALL) {
      load.delete(++deleted);
      load.shell.turn();
      load.chores.step();
    }
    return deleted;
  }

  @Test
  void a_batch_larger_than_a_spare_does_not_stop_a_full_disk_for_ever() {
    load.quiesce();
    // garbage of 12 segments, with nothing live
    for (int i = 1; i <= 800; i++) {
      shell.put(body(900), 0);
      shell.turn();
      load.delete(i);
      load.turn();
    }
    load.quiesce();
    load.disk.capacityBytes = load.disk.usedBytes() + 1000;
    shell.put(body(90_000), 0);
    load.delete(801);
    assertThat(load.comesFree()).isTrue();
  }

  @Test
  void no_put_is_taken_while_nobody_knows_whether_the_disk_has_room_for_it() {
    load.quiesce();
    load.put(10, 900, 1);
    load.quiesce();
    load.disk.capacityBytes = load.disk.usedBytes();
    // The chores' thread is slow: all spares are taken before it finds the disk full.
    for (int i = 0; i < 1000 && !shell.journal.isCrowded(); i++) {
      shell.put(body(900), 0);
      shell.turn();
      load.forces.join();
    }
    load.turn();
    shell.turn();
    assertThat(shell.journal.room()).isEqualTo(Room.ENDS_ONLY);
    assertThat(shell.appliedIndex).as("all puts are answered").isEqualTo(shell.logged.size());
    load.delete(1);
    load.turn();
    shell.turn();
    assertThat(shell.appliedIndex).as("a delete goes on").isEqualTo(shell.logged.size());
  }

  @Test
  void close_ends_at_an_interval_although_a_write_finds_the_disk_full() throws Exception {
    var full = new AtomicReference<>("");
    ManualThread thread = new ManualThread();
    Shell slow =
        new Shell(
                TamperedDisk.fullWhenWritten(new MemoryDisk(), full),
                SMALL.with(new Durability.Interval(Duration.ofMillis(50))),
                thread,
                thread)
            .start();
    slow.turn();
    thread.join();
    slow.turn();
    full.set(".seg");
    slow.put(body(10), 0);
    Thread closing = new Thread(slow.journal::close);
    closing.setDaemon(true);
    closing.start();
    closing.join(5000);
    assertThat(closing.isAlive()).as("close still spins after 5 s").isFalse();
  }
}
