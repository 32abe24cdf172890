package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.queue.Command;
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
}
