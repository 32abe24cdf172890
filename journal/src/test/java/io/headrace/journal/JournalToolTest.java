package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.queue.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalToolTest {
  private static final JournalOptions SMALL = JournalOptions.defaults().withSegmentBytes(64 << 10);

  private final MemoryDisk disk = new MemoryDisk();

  private Shell open(Disk of) {
    ManualThread thread = new ManualThread();
    return new Shell(of, SMALL, thread, thread);
  }

  private void write(int puts) {
    try (Shell shell = open(disk).start()) {
      for (int i = 1; i <= puts; i++) {
        shell.putNow("body " + i);
      }
    }
  }

  @Test
  void verify_tells_of_each_file_what_it_holds() {
    write(10);
    JournalTool.Report report = new JournalTool(disk).verify();
    assertThat(report.verdict()).isEqualTo(new JournalTool.Verdict.Intact(12));
    JournalTool.FileReport first = report.files().getFirst();
    assertThat(first.kind()).isEqualTo(JournalTool.Kind.LOG);
    assertThat(first.items()).isEqualTo(12);
    assertThat(first.forced()).isEqualTo(12);
    assertThat(first.damage()).isEmpty();
  }

  @Test
  void dump_gives_the_entries_asked_for_with_their_bodies() {
    write(10);
    List<JournalTool.Entry> entries = new ArrayList<>();
    assertThat(new JournalTool(disk).dump(5, 6, true, entries::add)).isEmpty();
    assertThat(entries).extracting(JournalTool.Entry::index).containsExactly(5L, 6L);
    JournalTool.Entry entry = entries.getFirst();
    assertThat(entry.command()).isInstanceOf(Command.Put.class);
    assertThat(StandardCharsets.UTF_8.decode(entry.body()).toString()).isEqualTo("body 3");
  }

  @Test
  void repair_cuts_at_the_damage_and_keeps_what_it_cut() {
    write(10);
    assertThat(new JournalTool(disk).repair()).isEqualTo(new JournalTool.Repair.Nothing());
    List<JournalTool.Entry> entries = new ArrayList<>();
    assertThat(new JournalTool(disk).dump(8, 8, false, entries::add)).isEmpty();
    int offset = (int) entries.getFirst().offset();
    String name = FileNames.log(1);
    disk.bytes(name)[offset + 60] ^= 1;
    assertThat(new JournalTool(disk).verify().verdict())
        .isInstanceOf(JournalTool.Verdict.Corrupt.class);
    assertThatThrownBy(() -> open(disk))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining(name + " at byte " + offset)
        .hasMessageContaining("headrace journal verify");
    assertThat(new JournalTool(disk).repair())
        .isEqualTo(new JournalTool.Repair.Cut(name, offset, 7, List.of(name + ".cut")));
    assertThat(disk.bytes(name + ".cut")).contains("body 6".getBytes(StandardCharsets.UTF_8));
    try (Shell shell = open(disk).start()) {
      assertThat(shell.notices).isEmpty();
      assertThat(shell.putNow("again")).isEqualTo(6);
    }
  }

  @Test
  void repair_keeps_all_that_is_intact_where_the_log_ends_before_a_damaged_snapshot()
      throws IOException {
    ManualThread thread = new ManualThread();
    Shell shell = new Shell(disk, SMALL, thread, thread).start();
    for (int i = 1; JournalFiles.list(disk).snapshots().size() < 2; i++) {
      shell.put(new byte[500], 0);
      shell.turn();
      thread.join();
      shell.turn();
      if (i > 20) {
        shell.submit(new Command.Delete(shell.session, i - 20));
      }
    }
    long newest = JournalFiles.list(disk).snapshots().getLast();
    String snapshot = FileNames.snapshot(newest);
    disk.bytes(snapshot)[200] ^= 1;
    BatchPlace.loseFrom(disk, newest - 3);
    List<BatchPlace> intact = BatchPlace.all(disk);
    BatchPlace last = intact.getLast();
    long end = last.offset() + last.length();
    String name = FileNames.log(last.segment());
    assertThat(new JournalTool(disk).repair())
        .isEqualTo(
            new JournalTool.Repair.Cut(
                name, end, last.lastIndex(), List.of(snapshot + Recovery.DAMAGED)));
    assertThat(BatchPlace.all(disk)).isEqualTo(intact);
    assertThat(new JournalTool(disk).verify().verdict())
        .isEqualTo(new JournalTool.Verdict.Intact(last.lastIndex()));
    assertThat(open(disk).journal.safeIndex()).isEqualTo(last.lastIndex());
  }

  @Test
  void repair_refuses_where_a_good_snapshot_is_left_without_its_log() throws IOException {
    ManualThread thread = new ManualThread();
    Shell shell = new Shell(disk, SMALL, thread, thread).start();
    while (JournalFiles.list(disk).snapshots().isEmpty()) {
      shell.put(new byte[500], 0);
      shell.turn();
      thread.join();
      shell.submit(new Command.Delete(shell.session, shell.machine.lastJob()));
    }
    String snapshot = FileNames.snapshot(JournalFiles.list(disk).snapshots().getLast());
    MemoryDisk lonely = new MemoryDisk();
    lonely.put(snapshot, disk.bytes(snapshot));
    assertThat(new JournalTool(lonely).repair())
        .isInstanceOfSatisfying(
            JournalTool.Repair.Refused.class,
            refused -> assertThat(refused.file()).isEqualTo(FileNames.log(1)));
    assertThat(lonely.list()).containsExactly(snapshot);
  }
}
