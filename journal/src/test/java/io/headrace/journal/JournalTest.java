package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final JournalOptions SMALL = JournalOptions.defaults().withSegmentBytes(64 << 10);

  @TempDir Path directory;

  private Shell open(JournalOptions options) {
    return new Shell(FileDisk.open(directory), options).start();
  }

  @Test
  void what_was_put_is_there_after_a_restart() {
    Map<String, String> before;
    try (Shell shell = open(SMALL)) {
      shell.putNow("one");
      long two = shell.putNow("two");
      shell.putNow("three");
      assertThat(shell.delete(two)).isEqualTo(Answer.DELETED);
      before = shell.state();
      assertThat(before).hasSize(3);
    }
    try (Shell shell = open(SMALL)) {
      shell.settle();
      assertThat(shell.notices).isEmpty();
      assertThat(shell.state()).isEqualTo(before);
      assertThat(shell.putNow("four")).isEqualTo(4);
    }
  }

  @Test
  void bodies_of_all_sizes_come_back_over_many_segments() {
    Random random = new Random(7);
    Map<String, String> before;
    try (Shell shell = open(SMALL)) {
      for (int i = 0; i < 200; i++) {
        byte[] body =
            new byte[random.nextInt(10) == 0 ? random.nextInt(300_000) : random.nextInt(3000)];
        random.nextBytes(body);
        shell.put(body, 0);
        if (random.nextInt(3) == 0) {
          shell.turn();
        }
      }
      shell.settle();
      before = shell.state();
      assertThat(shell.journal.oldestSegment()).isEqualTo(1);
      assertThat(shell.journal.newestSegment()).isGreaterThan(1);
    }
    try (Shell shell = open(SMALL)) {
      shell.settle();
      assertThat(shell.state()).isEqualTo(before);
    }
  }

  @Test
  void every_durability_keeps_what_was_acknowledged_over_a_clean_restart() {
    Durability[] all = {
      new Durability.Fsync(), new Durability.Interval(Duration.ofMillis(5)), new Durability.Never()
    };
    long jobs = 0;
    for (Durability durability : all) {
      for (long inlineNs : new long[] {0, Long.MAX_VALUE}) {
        JournalOptions options = SMALL.with(durability).withInlineForceMaxNs(inlineNs);
        try (Shell shell = open(options)) {
          for (int i = 0; i < 50; i++) {
            assertThat(shell.putNow("job " + i)).isEqualTo(++jobs);
          }
        }
      }
    }
    try (Shell shell = open(SMALL)) {
      shell.settle();
      assertThat(shell.state()).hasSize((int) jobs + 1);
    }
  }

  @Test
  void the_last_burst_at_an_interval_is_forced_when_nothing_follows() {
    JournalOptions options = SMALL.with(new Durability.Interval(Duration.ofMillis(5)));
    try (Shell shell = open(options)) {
      shell.putNow("one");
      long index = shell.journal.safeIndex();
      shell.turnUntil(() -> shell.journal.forcedIndex() == index);
    }
  }

  @Test
  void an_idle_journal_forces_what_was_only_written() {
    try (Shell shell = open(SMALL)) {
      shell.putNow("one");
      shell.submit(new io.headrace.queue.Command.Touch(shell.session, 1));
      shell.settle();
      long index = shell.journal.safeIndex();
      assertThat(shell.journal.forcedIndex()).isLessThan(index);
      shell.turnUntil(() -> shell.journal.forcedIndex() == index);
    }
  }

  @Test
  void a_put_at_an_interval_does_not_wait_for_the_force_that_is_under_way() {
    JournalOptions options = SMALL.with(new Durability.Interval(Duration.ofMillis(50)));
    ManualThread forces = new ManualThread();
    try (Shell shell = new Shell(FileDisk.open(directory), options, forces, new ManualThread())) {
      shell.start().turn();
      shell.put(new byte[10], 0);
      shell.turn();
      forces.passTime();
      shell.turn();
      long forcing = shell.journal.safeIndex();
      shell.put(new byte[10], 0);
      shell.turn();
      assertThat(shell.journal.safeIndex()).isEqualTo(forcing + 1);
      assertThat(shell.journal.forcedIndex()).isLessThan(forcing);
      assertThat(forces.step()).as("a force is under way").isTrue();
      shell.turn();
      assertThat(shell.journal.forcedIndex()).isEqualTo(forcing);
    }
  }

  @Test
  void a_segment_that_fills_up_during_a_force_is_forced_by_the_next() {
    JournalOptions options = SMALL.with(new Durability.Interval(Duration.ofMillis(50)));
    ManualThread forces = new ManualThread();
    Map<String, String> before;
    MemoryDisk disk = new MemoryDisk();
    Shell shell = new Shell(disk, options, forces, JournalThread.platform("chores")).start();
    shell.turn();
    forces.passTime();
    shell.turn();
    int first = shell.journal.newestSegment();
    while (shell.journal.newestSegment() == first) {
      shell.put(new byte[10_000], 0);
      shell.turn();
    }
    long written = shell.journal.safeIndex();
    while (shell.journal.forcedIndex() < written) {
      forces.join();
      forces.passTime();
      shell.turn();
    }
    before = shell.state();
    Shell again = new Shell(disk.crash(new Random(1)), options).start();
    again.settle();
    assertThat(again.state()).isEqualTo(before);
    again.close();
  }
}
