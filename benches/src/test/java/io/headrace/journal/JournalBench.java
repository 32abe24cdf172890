package io.headrace.journal;

import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.SessionId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a put costs in the log, where {@value #PUTS} make a batch, until it is safe, in files below
 * {@code target}. Puts come as fast as the log takes them: where that is faster than its thread
 * prepares segments, they wait for it, and that counts.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class JournalBench {
  private static final int PUTS = 256;
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long HOUSEKEEPING_NS = 50_000;
  private static final SessionId WORKER = new SessionId(1, 1);

  /** What a put survives. */
  public enum Kept {
    /** The loss of power. */
    FSYNC,
    /** The end of the process. */
    NEVER
  }

  /** The durability of the journal. */
  @Param({"NEVER", "FSYNC"})
  public Kept durability = Kept.NEVER;

  /** The length of each body. */
  @Param({"64", "1024"})
  public int bodyBytes;

  /** Stays empty: the puts are forgotten once they are safe, as if they had been deleted. */
  private final QueueMachine machine = new QueueMachine();

  private final BodyStore bodies = BodyStore.offHeap(64 << 20, 1024);
  private final Semaphore woken = new Semaphore(0);
  private final long[] refs = new long[PUTS];
  private final Path directory = newDirectory();
  private ByteBuffer body = ByteBuffer.allocate(0);
  private int crc32c;
  private long stampNs = 1_790_000_000L * SECOND_NS;
  private CommandLog journal = new VolatileLog();

  /** Opens an empty journal. */
  @Setup
  public void open() {
    body = ByteBuffer.allocateDirect(bodyBytes);
    long ref = bodies.allocate(bodyBytes);
    bodies.write(ref, 0, body.clear());
    crc32c = bodies.crc32c(ref, bodyBytes);
    bodies.drop(ref, bodyBytes);
    journal =
        Journal.open(
            JournalOptions.defaults()
                .with(
                    switch (durability) {
                      case FSYNC -> new Durability.Fsync();
                      case NEVER -> new Durability.Never();
                    }),
            FileDisk.open(directory),
            bodies,
            machine,
            RecoveryListener.silent(),
            JournalThreads.platform(),
            System::nanoTime,
            woken::release);
  }

  /** Stores the bodies, appends their puts, and turns as the loop does until they are safe. */
  @Benchmark
  @OperationsPerInvocation(PUTS)
  public long putsUntilSafe() throws InterruptedException {
    long index = 0;
    for (int i = 0; i < PUTS; i++) {
      refs[i] = bodies.allocate(bodyBytes);
      bodies.write(refs[i], 0, body.clear());
      stampNs += 1_000;
      index =
          journal.append(
              stampNs,
              new Command.Put(
                  WORKER, 1_024, 0, 120 * SECOND_NS, new Body(refs[i], bodyBytes, crc32c)));
    }
    turn();
    while (journal.safeIndex() < index) {
      woken.acquire();
      woken.drainPermits();
      turn();
    }
    for (long ref : refs) {
      bodies.free(ref, bodyBytes);
    }
    return index;
  }

  /** Removes the files. */
  @TearDown
  public void close() throws IOException {
    journal.close();
    bodies.close();
    List<Path> files;
    try (var walk = Files.walk(directory)) {
      files = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }

  private void turn() {
    journal.flush();
    journal.housekeep(machine, HOUSEKEEPING_NS);
  }

  private static Path newDirectory() {
    try {
      return Files.createTempDirectory(Files.createDirectories(Path.of("target")), "journal");
    } catch (IOException e) {
      throw new JournalException("no directory can be made in target", e);
    }
  }
}
