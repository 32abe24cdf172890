package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.SessionId;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** A batch stays within its limit. */
class BatchLimitTest {
  private static final JournalOptions SMALL = JournalOptions.defaults().withSegmentBytes(64 << 10);

  private static final class NoMemory implements BodyStore {
    @Override
    public long allocate(int bytes) {
      return 1;
    }

    @Override
    public void write(long ref, int offset, ByteBuffer from) {}

    @Override
    public void read(long ref, int offset, int bytes, ByteBuffer to) {
      to.position(to.position() + bytes);
    }

    @Override
    public int crc32c(long ref, int bytes) {
      return 0;
    }

    @Override
    public long location(long ref, int bytes) {
      return 0;
    }

    @Override
    public void locate(long ref, int bytes, long location) {}

    @Override
    public void free(long ref, int bytes) {}

    @Override
    public void whenFreed(FreedListener listener) {}

    @Override
    public long usedBytes() {
      return 0;
    }

    @Override
    public long budgetBytes() {
      return Long.MAX_VALUE;
    }

    @Override
    public void close() {}
  }

  @Test
  void a_batch_stays_within_its_limit_while_a_segment_is_prepared() {
    MemoryDisk disk = new MemoryDisk();
    disk.capacityBytes = 100 << 20;
    ManualThread forces = new ManualThread();
    ManualThread chores = new ManualThread();
    Journal journal =
        Journal.open(
            SMALL,
            disk,
            new NoMemory(),
            new QueueMachine(),
            new RecoveryListener() {
              @Override
              public void progress(long a, long b, long c, long d) {}

              @Override
              public void notice(String message) {}
            },
            forces,
            chores,
            System::nanoTime,
            () -> {});
    SessionId session = new SessionId(1, 1);
    long total = 0;
    for (int i = 0; i < 10 && journal.room() == Room.ALL; i++) {
      journal.append(1, new Command.Put(session, 1, 0, 1, new Body(1, 300 << 20, 0)));
      total += 300 << 20;
      journal.flush();
    }
    assertThat(total)
        .as("bytes taken while nothing was written")
        .isLessThanOrEqualTo(3L * (300 << 20));
  }
}
