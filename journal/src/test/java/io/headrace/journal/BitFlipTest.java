package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BitFlipTest {
  private static final JournalOptions SMALL = JournalOptions.defaults().withSegmentBytes(64 << 10);

  /** A shell whose journal's threads are run on this thread. */
  private static Shell open(MemoryDisk disk) {
    ManualThread thread = new ManualThread();
    return new Shell(disk, SMALL, thread, thread);
  }

  @Test
  void a_bit_flipped_at_every_byte_of_a_small_journal_is_never_silent() {
    MemoryDisk disk = new MemoryDisk();
    Map<String, String> before;
    ManualThread thread = new ManualThread();
    Shell shell = new Shell(disk, SMALL, thread, thread).start();
    for (int i = 0; i < 20; i++) {
      shell.put(("body number " + i).getBytes(java.nio.charset.StandardCharsets.UTF_8), 0);
      shell.turn();
      thread.join();
    }
    shell.turn();
    before = shell.state();
    shell.close();
    assertThat(before).hasSize(21);
    List<String> silent = new ArrayList<>();
    int used = end(disk.bytes(FileNames.log(1)));
    for (String name : disk.list()) {
      if (name.equals(FileNames.SPARE_SNAPSHOT)) {
        continue;
      }
      byte[] good = disk.bytes(name);
      for (int at = 0; at < good.length; at += at < used + 200 ? 1 : 997) {
        MemoryDisk flipped = disk.copy();
        flipped.bytes(name)[at] ^= (byte) (1 << (at % 8));
        if (!isNoticed(flipped)) {
          silent.add(name + " at byte " + at);
        }
      }
    }
    assertThat(silent).isEmpty();
  }

  private static int end(byte[] bytes) {
    int end = bytes.length;
    while (bytes[end - 1] == 0) {
      end--;
    }
    return end;
  }

  private static boolean isNoticed(MemoryDisk disk) {
    try (Shell shell = open(disk)) {
      return !shell.notices.isEmpty();
    } catch (JournalException e) {
      return true;
    }
  }
}
