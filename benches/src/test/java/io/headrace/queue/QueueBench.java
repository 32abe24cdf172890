package io.headrace.queue;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A job's life in the machine alone, beside many other jobs of its tube. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class QueueBench {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final SessionId WORKER = new SessionId(1, 1);
  private static final Command PUT =
      new Command.Put(WORKER, 1_024, 0, 120 * SECOND_NS, new Body(1, 64, 1));
  private static final Command RESERVE = new Command.Reserve(WORKER, 0);

  /** How many jobs are ready all the time. */
  @Param({"1000", "1000000"})
  public int jobs;

  private final QueueMachine machine = new QueueMachine();
  private final LastReserved effects = new LastReserved();
  private long nowNs = 1_790_000_000L * SECOND_NS;

  private static final class LastReserved extends UnheardEffects {
    private long reserved;

    @Override
    public void reserved(SessionId to, long job, long bodyRef, int bodyBytes) {
      reserved = job;
    }
  }

  /** Fills the tube. */
  @Setup
  public void fill() {
    apply(new Command.Restart(1));
    apply(new Command.SessionOpen(WORKER, ""));
    for (int i = 0; i < jobs; i++) {
      apply(PUT);
    }
  }

  /** Puts a job at the end; reserves the one that was put longest ago, and deletes it. */
  @Benchmark
  public long putReserveDelete() {
    apply(PUT);
    apply(RESERVE);
    apply(new Command.Delete(WORKER, effects.reserved));
    return effects.reserved;
  }

  private void apply(Command command) {
    nowNs += 1_000;
    machine.apply(nowNs, command, effects);
  }
}
