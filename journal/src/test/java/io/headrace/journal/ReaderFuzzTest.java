package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Any bytes in a journal's file end in a report or a refusal, never in anything else. */
class ReaderFuzzTest {
  private static final JournalOptions SMALL = JournalOptions.defaults().withSegmentBytes(64 << 10);

  private static final int MUTATIONS = 1500;

  @FuzzTest
  void any_bytes_as_a_segment(byte[] bytes) {
    readSegment(bytes);
  }

  @FuzzTest
  void any_bytes_as_a_snapshot(byte[] bytes) throws IOException {
    readSnapshot(bytes, 1);
  }

  @FuzzTest
  void any_bytes_as_copied_bodies(byte[] bytes) {
    readBodies(bytes);
  }

  private static void readSegment(byte[] bytes) {
    MemoryDisk disk = new MemoryDisk();
    disk.put(FileNames.log(1), bytes);
    try {
      JournalTool tool = new JournalTool(disk);
      JournalTool.Report report = tool.verify();
      long[] count = {0};
      tool.dump(0, Long.MAX_VALUE, true, entry -> count[0]++);
      assertThat(report.files()).hasSize(1);
      assertThat(report.files().getFirst().items()).isLessThanOrEqualTo(count[0]);
    } catch (JournalException e) {
      assertThat(e).hasMessageContaining("memory");
    }
  }

  private static void readSnapshot(byte[] bytes, long index) throws IOException {
    MemoryDisk disk = new MemoryDisk();
    disk.put(FileNames.snapshot(index), bytes);
    try (SnapshotReader reader = new SnapshotReader(disk.open(FileNames.snapshot(index)), index)) {
      assertThat(reader.check()).isNotNegative();
    } catch (MalformedException e) {
      assertThat(e.reason()).isNotEmpty();
    }
  }

  private static void readBodies(byte[] bytes) {
    MemoryDisk disk = new MemoryDisk();
    disk.put(FileNames.bodies(1), bytes);
    assertThat(new JournalTool(disk).verify().files()).hasSize(1);
  }

  @Test
  void mutated_segments_are_reported_or_refused() {
    long seed = Long.getLong("headrace.seed", System.nanoTime());
    System.out.println("ReaderFuzzTest segment seed " + seed);
    Random random = new Random(seed);
    MemoryDisk disk = written(30);
    byte[] good = disk.bytes(FileNames.log(1));
    int used = 64;
    while (ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getInt(used) == BatchHeader.MAGIC) {
      used += (int) lengthAt(good, used);
    }
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutant = good.clone();
      mutate(mutant, used, random);
      if (random.nextBoolean()) {
        seal(mutant);
      }
      readSegment(mutant);
    }
  }

  @Test
  void mutated_snapshots_are_refused_as_a_whole() throws IOException {
    long seed = Long.getLong("headrace.seed", System.nanoTime());
    System.out.println("ReaderFuzzTest snapshot seed " + seed);
    Random random = new Random(seed);
    MemoryDisk disk = written(3000);
    long index = JournalFiles.list(disk).snapshots().getLast();
    byte[] good = disk.bytes(FileNames.snapshot(index));
    readSnapshot(good, index);
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutant = good.clone();
      mutate(mutant, mutant.length, random);
      if (random.nextBoolean()) {
        sealSnapshot(mutant);
      }
      readSnapshot(mutant, index);
    }
  }

  private static MemoryDisk written(int puts) {
    MemoryDisk disk = new MemoryDisk();
    ManualThread thread = new ManualThread();
    Shell shell = new Shell(disk, SMALL, thread, thread).start();
    for (int i = 0; i < puts; i++) {
      shell.put(new byte[i % 90], 0);
      shell.submit(new io.headrace.queue.Command.Delete(shell.session, i - 20L));
      if (i % 3 == 0) {
        shell.turn();
        thread.join();
      }
    }
    shell.settle();
    shell.close();
    return disk;
  }

  private static void mutate(byte[] bytes, int used, Random random) {
    int changes = 1 + random.nextInt(6);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(used);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> bytes[at] = (byte) 0xFF;
        default -> {
          int from = random.nextInt(used);
          int length = Math.min(random.nextInt(100), used - Math.max(from, at));
          System.arraycopy(bytes, from, bytes, at, length);
        }
      }
    }
  }

  private static long lengthAt(byte[] bytes, int at) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return BatchHeader.lengthOf(Integer.toUnsignedLong(buffer.getInt(at + 8)));
  }

  /** Gives each batch and record that can be found a checksum that fits. */
  private static void seal(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int at = SegmentHeader.BYTES;
    while (at + BatchHeader.BYTES < bytes.length && buffer.getInt(at) == BatchHeader.MAGIC) {
      long length = lengthAt(bytes, at);
      int record = at + BatchHeader.BYTES;
      if (at + length > bytes.length) {
        return;
      }
      int head = Short.toUnsignedInt(buffer.getShort(record + 4));
      if (head > 8 && record + head < bytes.length) {
        buffer.putInt(
            record, SnapshotFormat.crc(buffer.duplicate().clear(), record + 4, record + head));
      }
      buffer.putInt(
          at + 4, SnapshotFormat.crc(buffer.duplicate().clear(), at + 8, at + BatchHeader.BYTES));
      at += (int) length;
    }
  }

  private static void sealSnapshot(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int at = SegmentHeader.BYTES;
    while (at + SnapshotFormat.BLOCK_HEADER_BYTES < bytes.length
        && buffer.getInt(at) == SnapshotFormat.BLOCK) {
      int length =
          SnapshotFormat.paddedLength(SnapshotFormat.BLOCK_HEADER_BYTES + buffer.getInt(at + 8));
      if (length <= 0 || at + length > bytes.length) {
        return;
      }
      buffer.putInt(at + 4, SnapshotFormat.crc(buffer.duplicate().clear(), at + 8, at + length));
      at += length;
    }
  }
}
