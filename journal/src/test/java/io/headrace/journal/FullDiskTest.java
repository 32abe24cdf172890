package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.Answer;
import io.headrace.queue.Command;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FullDiskTest {
  private static final JournalOptions SMALL = JournalOptions.defaults().withSegmentBytes(64 << 10);

  private final ManualThread thread = new ManualThread();
  private final MemoryDisk disk = new MemoryDisk();

  private Shell open() {
    return new Shell(disk, SMALL, thread, thread);
  }

  private void turn(Shell shell) {
    shell.turn();
    thread.join();
    shell.turn();
  }

  private void fill(Shell shell) {
    for (int i = 0; shell.journal.room() == Room.ALL; i++) {
      assertThat(i).as("puts that fit").isLessThan(10_000);
      shell.put(new byte[1000], 0);
      turn(shell);
    }
  }

  @Test
  void a_full_disk_refuses_puts_and_takes_deletes_until_there_is_room_again() {
    disk.capacityBytes = 1 << 20;
    Shell shell = open().start();
    fill(shell);
    assertThat(shell.journal.room()).isEqualTo(Room.NO_PUTS);
    long last = shell.machine.lastJob();
    assertThat(last).isGreaterThan(300);
    for (long job = 1; job <= last; job++) {
      shell.submit(new Command.Delete(shell.session, job));
      turn(shell);
      assertThat(shell.effects.lastAnswer).isEqualTo(Answer.DELETED);
    }
    for (int i = 0; i < 2000 && shell.journal.room() != Room.ALL; i++) {
      shell.submit(new Command.Tick());
      turn(shell);
      thread.passTime();
    }
    assertThat(shell.journal.room()).isEqualTo(Room.ALL);
    assertThat(shell.machine.totals().ready()).isZero();
    fill(shell);
    assertThat(shell.machine.totals().ready()).isGreaterThan(200);
    shell.close();
  }

  @Test
  void all_resumes_by_itself_when_others_make_room() {
    disk.capacityBytes = 1 << 20;
    Shell shell = open().start();
    fill(shell);
    disk.capacityBytes = 4 << 20;
    thread.passTime();
    turn(shell);
    turn(shell);
    turn(shell);
    assertThat(shell.journal.room()).isEqualTo(Room.ALL);
    shell.close();
  }

  @Test
  void a_server_starts_on_a_full_disk_and_deletes() {
    disk.capacityBytes = 1 << 20;
    Shell shell = open().start();
    fill(shell);
    turn(shell);
    List<String> before = Shell.describe(shell.machine);
    MemoryDisk killed = disk.copy();
    killed.capacityBytes = killed.usedBytes();
    ManualThread other = new ManualThread();
    Shell again = new Shell(killed, SMALL, other, other);
    assertThat(Shell.describe(again.machine)).isEqualTo(before);
    again.start();
    for (long job = 1; job <= 100; job++) {
      again.submit(new Command.Delete(again.session, job));
      again.turn();
      other.join();
      again.turn();
      assertThat(again.effects.lastAnswer).isEqualTo(Answer.DELETED);
      if (job == 50) { // not yet as many as would free a segment
        assertThat(again.journal.room()).isNotEqualTo(Room.ALL);
      }
    }
    again.close();
    shell.close();
  }

  @Test
  void a_torn_tail_gives_its_segments_back_on_a_full_disk() throws IOException {
    disk.capacityBytes = 1 << 20;
    Shell shell = open().start();
    fill(shell);
    turn(shell);
    MemoryDisk killed = disk.copy();
    shell.close();
    List<JournalTool.Entry> entries = new ArrayList<>();
    assertThat(new JournalTool(killed).dump(1, Long.MAX_VALUE, false, entries::add)).isEmpty();
    JournalTool.Entry last = entries.getLast();
    killed.bytes(last.file())[(int) last.offset() + 50] ^= 1;
    int prepared = JournalFiles.list(killed).log().getLast();
    killed.capacityBytes = killed.usedBytes();
    ManualThread other = new ManualThread();
    Shell again = new Shell(killed, SMALL, other, other);
    assertThat(again.notices).hasSize(1);
    assertThat(again.journal.safeIndex()).isLessThan(last.index());
    again.start();
    for (long job = 1; job <= 100; job++) {
      assertThat(again.delete(job)).isEqualTo(Answer.DELETED);
    }
    assertThat(JournalFiles.list(killed).log().getLast()).isEqualTo(prepared);
    again.close();
  }
}
