package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.Command;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What may be applied before it is on the disk, and when it may be told. */
class SafeAtOnceTest {
  private static final JournalOptions SMALL = JournalOptions.defaults().withSegmentBytes(64 << 10);

  private final MemoryDisk disk = new MemoryDisk();
  private final ManualThread forces = new ManualThread();
  private final ManualThread chores = new ManualThread();
  private Shell shell = open(SMALL.withInlineForceMaxNs(0));

  private Shell open(JournalOptions options) {
    Shell opened = new Shell(disk, options, forces, chores).start();
    opened.settle();
    quiesce(opened);
    return opened;
  }

  private void quiesce(Shell idle) {
    // What one turn learns the threads have done lets them do the next.
    for (int i = 0; i < 2 * Reserve.SEGMENTS; i++) {
      forces.join();
      chores.join();
      idle.turn();
    }
    assertThat(idle.journal.mayTell()).isTrue();
  }

  private long touch() {
    shell.submit(new Command.Touch(shell.session, 1));
    return shell.appendedIndex;
  }

  private long delete(long job) {
    shell.submit(new Command.Delete(shell.session, job));
    return shell.appendedIndex;
  }

  private void putNow(int bytes) {
    put(bytes);
    shell.turn();
    forces.join();
    shell.turn();
    assertThat(shell.appliedIndex).isEqualTo(shell.appendedIndex);
  }

  private long put(int bytes) {
    shell.put(new byte[bytes], 0);
    return shell.appendedIndex;
  }

  @Test
  void what_needs_no_force_is_safe_at_once_and_told_when_it_is_written() {
    long touch = touch();
    assertThat(shell.journal.safeIndex()).isEqualTo(touch);
    assertThat(shell.journal.mayTell()).isFalse();
    shell.journal.flush();
    assertThat(shell.journal.mayTell()).isTrue();
    assertThat(shell.journal.forcedIndex()).isLessThan(touch);
  }

  @Test
  void a_delete_is_safe_at_once_and_told_when_it_is_forced() {
    put(10);
    shell.settle();
    quiesce(shell);
    delete(1);
    long touch = touch();
    assertThat(shell.journal.safeIndex()).isEqualTo(touch);
    shell.turn();
    assertThat(shell.appliedIndex).isEqualTo(touch);
    assertThat(shell.journal.mayTell()).as("while it is forced").isFalse();
    forces.join();
    shell.turn();
    assertThat(shell.journal.mayTell()).isTrue();
    assertThat(shell.journal.forcedIndex()).isEqualTo(touch);
  }

  @Test
  void a_delete_at_an_interval_is_told_when_it_is_written() {
    shell.journal.close();
    shell = open(SMALL.with(new Durability.Interval(Duration.ofMillis(50))));
    put(10);
    shell.settle();
    long delete = delete(1);
    assertThat(shell.journal.safeIndex()).isEqualTo(delete);
    assertThat(shell.journal.mayTell()).isFalse();
    shell.journal.flush();
    assertThat(shell.journal.mayTell()).isTrue();
    assertThat(shell.journal.forcedIndex()).isLessThan(delete);
  }

  @Test
  void behind_a_put_nothing_is_safe_before_the_put() {
    long before = touch();
    long put = put(10);
    long last = touch();
    assertThat(shell.journal.safeIndex()).isEqualTo(before);
    shell.journal.flush();
    assertThat(shell.journal.safeIndex()).isEqualTo(before);
    assertThat(shell.journal.mayTell()).as("written, and not of the put").isTrue();
    forces.join();
    shell.journal.flush();
    assertThat(shell.journal.safeIndex()).isEqualTo(last).isGreaterThan(put);
    assertThat(shell.journal.mayTell()).isTrue();
  }

  @Test
  void while_a_force_is_under_way_nothing_is_safe_at_once() {
    put(10);
    shell.turn();
    long safe = shell.journal.safeIndex();
    touch();
    assertThat(shell.journal.safeIndex()).isEqualTo(safe);
  }

  @Test
  void what_was_safe_at_once_does_not_wait_for_the_next_segment() {
    shell.turn();
    int segment = shell.journal.newestSegment();
    // The spare segments are used up: the thread that prepares them stands still.
    while (shell.journal.newestSegment() < segment + Reserve.SEGMENTS) {
      putNow(30_000);
    }
    putNow(30_000);
    long touch = touch();
    assertThat(shell.journal.safeIndex()).isEqualTo(touch);
    long put = put(30_000);
    shell.turn();
    assertThat(shell.journal.mayTell()).as("the touch is written, alone").isTrue();
    assertThat(shell.appliedIndex).isEqualTo(touch);
    shell.settle();
    assertThat(shell.appliedIndex).isEqualTo(put);
  }

  @Test
  void what_was_not_told_may_be_lost_and_nothing_before_it() {
    put(10);
    put(10);
    shell.settle();
    quiesce(shell);
    var kept = shell.state();
    delete(1);
    shell.turn();
    assertThat(shell.state()).isNotEqualTo(kept);
    var mid = disk.crash(new Random(1));
    Shell again = new Shell(mid, SMALL).start();
    again.settle();
    assertThat(again.state()).hasSizeBetween(2, 3).containsKey("job 2");
    again.close();
  }
}
