package io.headrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.journal.DiskFile;
import io.headrace.journal.DiskFullException;
import io.headrace.simulator.DiskFaults.Fate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The disk must be as cruel as it says, or the other tests prove nothing. */
final class FakeDiskTest {
  private static final int SEEDS = 200;
  private static final int PAGES = 3;

  private static DiskFile forcedFile(FakeDisk disk, byte filled) throws IOException {
    DiskFile file = disk.create("file");
    write(file, filled);
    file.force();
    disk.forceDirectory();
    return file;
  }

  private static void write(DiskFile file, byte filled) throws IOException {
    byte[] bytes = new byte[PAGES * FakeInode.PAGE_BYTES];
    Arrays.fill(bytes, filled);
    file.write(ByteBuffer.wrap(bytes), 0);
  }

  private static String firstBytes(FakeDisk disk) throws IOException {
    byte[] bytes = disk.bytesOf("file");
    return bytes[0] + " " + bytes[FakeInode.PAGE_BYTES] + " " + bytes[2 * FakeInode.PAGE_BYTES];
  }

  @Test
  void a_crash_loses_any_subset_of_unforced_pages_and_nothing_that_was_forced() throws IOException {
    Set<String> seen = new HashSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      var disk = new FakeDisk(new SplittableRandom(seed));
      DiskFile file = forcedFile(disk, (byte) 1);
      write(file, (byte) 2);
      disk.losePower();
      seen.add(firstBytes(disk));
    }
    assertThat(seen).hasSize(1 << PAGES).contains("1 1 1", "2 2 2", "1 2 1");
  }

  @Test
  void a_name_is_kept_for_sure_only_when_its_directory_was_forced() throws IOException {
    Set<Boolean> seen = new HashSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      var disk = new FakeDisk(new SplittableRandom(seed));
      forcedFile(disk, (byte) 1);
      DiskFile other = disk.create("other");
      other.force();
      disk.losePower();
      assertThat(disk.names()).contains("file");
      seen.add(disk.names().contains("other"));
    }
    assertThat(seen).containsExactlyInAnyOrder(true, false);
  }

  @Test
  void a_force_after_one_that_failed_makes_nothing_durable() throws IOException {
    Set<String> seen = new HashSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      var disk = new FakeDisk(new SplittableRandom(seed));
      DiskFile file = forcedFile(disk, (byte) 1);
      write(file, (byte) 2);
      disk.faults(DiskFaults.failAt(1, Fate.FAILS, false));
      assertThatThrownBy(file::force).isInstanceOf(IOException.class);
      file.force();
      disk.losePower();
      seen.add(firstBytes(disk));
    }
    assertThat(seen).contains("1 1 1");
  }

  @Test
  void a_killed_process_loses_nothing_that_it_wrote() throws IOException {
    var disk = new FakeDisk(new SplittableRandom(1));
    write(disk.create("file"), (byte) 3);
    disk.loseProcess();
    assertThat(firstBytes(disk)).isEqualTo("3 3 3");
  }

  @Test
  void a_full_disk_takes_what_fits_and_refuses_the_rest() throws IOException {
    var disk = new FakeDisk(new SplittableRandom(1));
    disk.capacityBytes(2 * FakeInode.PAGE_BYTES);
    DiskFile file = disk.create("file");
    assertThatThrownBy(() -> write(file, (byte) 4)).isInstanceOf(DiskFullException.class);
    assertThat(disk.bytesOf("file")).hasSize(2 * FakeInode.PAGE_BYTES);
    assertThat(disk.freeBytes()).isZero();
  }
}
