package io.headrace.server;

import io.headrace.journal.BodyStore;
import io.headrace.journal.CommandLog;
import io.headrace.journal.Durability;
import io.headrace.journal.FileDisk;
import io.headrace.journal.Journal;
import io.headrace.journal.JournalOptions;
import io.headrace.journal.JournalThreads;
import io.headrace.journal.RecoveryListener;
import io.headrace.queue.Answer;
import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.Invariant;
import io.headrace.queue.Limits;
import io.headrace.queue.PolicyFault;
import io.headrace.queue.PolicySettings;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.TubeName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * What the loop does for each of {@value #JOBS} jobs of one session that time out at one moment,
 * with a journal in files below {@code target} that forces nothing: with and without what the
 * session sent last.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class TimeOutBench {
  private static final int JOBS = 100_000;
  private static final int BODY_BYTES = 8;
  private static final long SECOND_NS = 1_000_000_000L;

  /** What the session sent last: nothing is known, or as much as is kept. */
  @Param({"0", "96"})
  public int lastSentChars;

  private final Path directory = newDirectory();
  private final BodyStore bodies = BodyStore.offHeap(64 << 20, BODY_BYTES);
  private final QueueMachine machine = new QueueMachine();
  private final HandTurned thread = new HandTurned();
  private final Holder holder = new Holder();
  private CommandLog log = openLog();
  private QueueLoop loop = newLoop();

  private static Path newDirectory() {
    try {
      return Files.createTempDirectory(Path.of("target"), "time-outs-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CommandLog openLog() {
    return Journal.open(
        JournalOptions.defaults().with(new Durability.Never()),
        FileDisk.open(directory),
        bodies,
        machine,
        RecoveryListener.silent(),
        JournalThreads.platform(),
        System::nanoTime,
        () -> {});
  }

  private QueueLoop newLoop() {
    return new QueueLoop(
        machine,
        log,
        bodies,
        thread,
        1_790_000_000L * SECOND_NS,
        failure -> {
          throw failure;
        });
  }

  /** Opens the session. */
  @Setup
  public void open() {
    holder.lastSent = "x".repeat(lastSentChars);
    loop.start(PolicySettings.NONE, Limits.KEY_WINDOW_NS);
    loop.connect(holder);
    thread.run();
  }

  /** The session takes as many new jobs; those of before are gone. */
  @Setup(Level.Invocation)
  public void reserve() {
    long first = machine.lastJob() + 1;
    for (long job = first; job < first + JOBS; job++) {
      long ref = bodies.allocate(BODY_BYTES);
      var body = new Body(ref, BODY_BYTES, bodies.crc32c(ref, BODY_BYTES));
      submit(new Command.Delete(holder.id(), job - JOBS));
      submit(new Command.Put(holder.id(), 0, 0, SECOND_NS, body));
    }
    for (long job = first; job < first + JOBS; job++) {
      submit(new Command.ReserveJob(holder.id(), job));
    }
    thread.run();
    Invariant.check(machine.held(holder.id()) == JOBS, "the session holds all");
  }

  private void submit(Command command) {
    loop.submit(holder, command);
    if (loop.isFull()) {
      thread.run();
    }
  }

  /** The time of all of them is over. */
  @Benchmark
  @OperationsPerInvocation(JOBS)
  public long timeOuts() {
    thread.nanos += 2 * SECOND_NS;
    loop.wake();
    thread.run();
    Invariant.check(machine.held(holder.id()) == 0, "the session has lost all");
    return machine.lastStampNs();
  }

  /** Removes the files. */
  @TearDown
  public void close() throws IOException {
    loop.close();
    bodies.close();
    List<Path> files;
    try (var walk = Files.walk(directory)) {
      files = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }

  /** The loop's thread, turned here; time stands still meanwhile. */
  private static final class HandTurned implements LoopThread {
    private final ArrayDeque<Runnable> turns = new ArrayDeque<>();
    private long nanos;

    @Override
    public long nanoTime() {
      return nanos;
    }

    @Override
    public void atEndOfTurn(Runnable step) {
      turns.add(step);
    }

    @Override
    public void wakeAt(long nanoTime, Runnable wake) {}

    @Override
    public void execute(Runnable task) {
      turns.add(task);
    }

    @Override
    public void executeAfterReads(Runnable task) {
      turns.add(task);
    }

    void run() {
      while (!turns.isEmpty()) {
        turns.remove().run();
      }
    }
  }

  /** A session that is told everything and answers nothing. */
  private static final class Holder extends Session {
    private String lastSent = "";

    @Override
    public String peer() {
      return "10.0.0.1:50000";
    }

    @Override
    public SessionFacts facts() {
      return SessionFacts.NONE;
    }

    @Override
    protected String lastSent() {
      return lastSent;
    }

    @Override
    public void endWait() {}

    @Override
    public void close() {}

    @Override
    protected void resume() {}

    @Override
    protected void flush() {}

    @Override
    protected void answered(Answer answer) {}

    @Override
    protected void inserted(long job) {}

    @Override
    protected void known(long job) {}

    @Override
    protected void using(TubeName tube) {}

    @Override
    protected void watching(int tubes) {}

    @Override
    protected void reserved(long job, long bodyRef, int bodyBytes) {}

    @Override
    protected void found(long job, long bodyRef, int bodyBytes) {}

    @Override
    protected void bodyLost(long job) {}

    @Override
    protected void policyRefused(PolicyFault fault) {}

    @Override
    protected void kicked(long jobs) {}

    @Override
    protected void cleared(long jobs) {}

    @Override
    protected void read(Query query, QueueMachine queue, long nowNs) {}
  }
}
