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
    public long allocateAnyway(int bytes) {
      return 1;
    }

    @Override
    public boolean isCrowded() {
      return false;
    }

    @Override
    public void trim() {}

    @Override
    public long spill(long ref, int bytes) {
      return ref;
    }

    @Override
    public void drop(long ref, int bytes) {}

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
  void sessions_are_told_to_wait_while_half_a_segment_collects() {
    MemoryDisk disk = new MemoryDisk();
    ManualThread forces = new ManualThread();
    ManualThread chores = new ManualThread();
    Journal journal =
        Journal.open(
            SMALL,
            disk,
            new NoMemory(),
            new QueueMachine(),
            RecoveryListener.silent(),
            new JournalThreads(forces, chores, chores),
            System::nanoTime,
            () -> {});
    // The next segments get ready.
    chores.join();
    journal.flush();
    SessionId session = new SessionId(1, 1);
    int taken = 0;
    while (!journal.isCrowded()) {
      journal.append(1, new Command.Put(session, 1, 0, 1, new Body(1, 1 << 10, 0)));
      taken++;
    }
    assertThat(taken).isBetween(30, 32);
    journal.flush();
    forces.join();
    journal.flush();
    assertThat(journal.isCrowded()).isFalse();
  }
}
