package io.headrace.journal;

import static io.headrace.journal.Workload.SMALL;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots that are given up, copies that die or are not written. */
class SnapshotFaultsTest {
  private final Workload load = new Workload();
  private final Shell shell = load.shell;

  @Test
  void the_second_newest_snapshot_keeps_the_copies_it_names() throws IOException {
    load.put(15_000, 8, 100);
    load.quiesce();
    load.put(200, 900, 1);
    load.quiesce();
    long kept = shell.machine.lastJob() - 100; // in the middle of a full segment
    load.deleteAllBut(kept, 15_001);
    load.untilBodiesAreCopied();
    shell.turn(); // begins the walk
    load.delete(kept);
    shell.turn();
    load.forces.join();
    load.quiesce();
    long naming = newestSnapshot(load.disk);
    while (newestSnapshot(load.disk) == naming) {
      load.touches();
      load.join();
    }
    shell.turn();
    load.chores.join();
    MemoryDisk killed = load.disk.copy();
    assertThat(JournalFiles.list(killed).snapshots()).contains(naming);
    killed.bytes(FileNames.snapshot(newestSnapshot(killed)))[100] ^= 1;
    ManualThread other = new ManualThread();
    new Shell(killed, SMALL, other, other);
  }

  private static long newestSnapshot(MemoryDisk disk) throws IOException {
    return JournalFiles.list(disk).snapshots().getLast();
  }

  @Test
  void a_copy_that_was_not_written_is_no_place_of_a_body() throws IOException {
    load.put(200, 900, 1);
    load.quiesce();
    load.deleteAllBut(shell.machine.lastJob() - 100, 1);
    load.untilBodiesAreCopied();
    load.fullFor.set(".bodies");
    for (int i = 0; i < 20; i++) {
      load.touches();
      load.join();
    }
    assertThat(shell.journal.bodiesMoved()).isZero();
    ManualThread other = new ManualThread();
    Shell again = new Shell(load.disk.copy(), SMALL, other, other);
    assertThat(again.machine.totals().ready()).isEqualTo(1);
  }

  private void firstSnapshot() throws IOException {
    load.put(100, 900, 1);
    while (JournalFiles.list(load.disk).snapshots().isEmpty()) {
      load.touches();
      load.join();
    }
    load.quiesce();
  }

  @Test
  void while_there_is_room_what_is_kept_for_a_snapshot_stays_as_it_is() throws IOException {
    firstSnapshot();
    int kept = load.disk.bytes(FileNames.SPARE_SNAPSHOT).length;
    long before = newestSnapshot(load.disk);
    while (newestSnapshot(load.disk) == before) {
      load.touches();
      load.join();
      assertThat(load.disk.bytes(FileNames.SPARE_SNAPSHOT)).hasSize(kept);
    }
    load.quiesce();
    assertThat(JournalFiles.list(load.disk).unfinished()).isEmpty();
    assertThat(JournalFiles.list(load.disk).snapshots()).hasSize(2);
  }

  /** The disk is full when its file is written, or when it is made. */
  @ParameterizedTest
  @ValueSource(strings = {"next.snapshot", "next.snapshot.tmp"})
  void a_snapshot_that_finds_no_room_of_its_own_is_written_into_what_is_kept(String fullFor)
      throws IOException {
    firstSnapshot();
    long before = newestSnapshot(load.disk);
    load.fullFor.set(fullFor);
    for (int i = 0; i < 500; i++) {
      load.touches();
      load.join();
      assertThat(shell.journal.room()).isEqualTo(Room.ALL);
    }
    assertThat(newestSnapshot(load.disk)).isGreaterThan(before);
    assertThat(JournalFiles.list(load.disk).unfinished()).isEmpty();
  }

  @Test
  void snapshots_that_are_given_up_while_the_second_thread_is_late_harm_none() throws Exception {
    long seed = Long.getLong("headrace.seed", System.nanoTime());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    firstSnapshot();
    for (int i = 0; i < 6000; i++) {
      load.touches();
      if (random.nextInt(3) == 0) {
        shell.put(Workload.body(random.nextInt(100)), 0);
      }
      load.forces.join();
      // Now and then it is behind for a while.
      for (int k = random.nextInt(i / 100 % 2 == 0 ? 2 : 12); k > 0; k--) {
        var _ = load.chores.step();
      }
      if (random.nextInt(30) == 0) {
        load.fullFor.set(random.nextBoolean() ? "" : "next.snapshot");
      }
      if (random.nextInt(50) == 0) {
        load.chores.passTime();
      }
    }
    load.fullFor.set("");
    load.quiesce();
    List<Long> snapshots = JournalFiles.list(load.disk).snapshots();
    assertThat(snapshots).hasSize(2);
    for (long index : snapshots) {
      try (var reader = new SnapshotReader(load.disk.open(FileNames.snapshot(index)), index)) {
        assertThat(reader.check()).isPositive();
      }
    }
  }

  @Test
  void a_segment_that_cannot_be_read_is_kept_and_the_journal_goes_on() throws IOException {
    load.put(200, 900, 1);
    load.quiesce();
    load.deleteAllBut(shell.machine.lastJob() - 100, 1);
    load.unreadableFor.set(".seg");
    for (int i = 0; i < 200; i++) {
      load.touches();
      load.join();
    }
    assertThat(shell.notices).singleElement().asString().contains("cannot be read");
    assertThat(shell.journal.bodiesMoved()).isZero();
    assertThat(JournalFiles.list(load.disk).snapshots()).isNotEmpty();
  }

  @Test
  void an_abandoned_snapshot_is_soon_tried_again() throws IOException {
    for (int i = 0; i < 5; i++) {
      load.touches();
    }
    load.quiesce(); // the room of a snapshot with one session is there
    load.fullFor.set(".snapshot");
    while (shell.journal.room() == Room.ALL) { // a snapshot is given up
      load.touches();
      load.join();
    }
    load.fullFor.set("");
    load.chores.passTime();
    load.quiesce();
    assertThat(shell.journal.room()).isEqualTo(Room.ALL);
    int segments = JournalFiles.list(load.disk).log().getLast();
    while (JournalFiles.list(load.disk).snapshots().isEmpty()) {
      load.touches();
      load.join();
    }
    int later = JournalFiles.list(load.disk).log().getLast();
    assertThat(later - segments).isLessThanOrEqualTo(1);
  }
}
