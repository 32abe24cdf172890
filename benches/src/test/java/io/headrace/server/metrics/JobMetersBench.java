package io.headrace.server.metrics;

import io.headrace.queue.AttemptEnd;
import io.headrace.queue.TubeName;
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

/** What it costs to count that a job was given to a session, and that it was deleted. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class JobMetersBench {
  /** Times and tubes, so many that the branch predictor does not know them by heart. */
  private static final int PLACES = 8_192;

  /** How many tubes take turns: with one the last is the next, beyond 100 most share meters. */
  @Param({"1", "50", "1000"})
  public int tubes;

  private final JobMeters meters = new JobMeters();
  private final TubeName[] names = new TubeName[PLACES];
  private final long[] timesNs = new long[PLACES];
  private int next;

  /** Makes times from a microsecond to an hour, and a name of its own for each use of a tube. */
  @Setup
  public void fill() {
    long chance = 42;
    for (int i = 0; i < PLACES; i++) {
      chance = chance * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
      names[i] = TubeName.of("tube-" + Long.remainderUnsigned(chance >>> 16, tubes));
      timesNs[i] = 1L << (10 + Long.remainderUnsigned(chance >>> 32, 32));
    }
  }

  /** One attempt: its begin and its end. */
  @Benchmark
  public JobMeters attempt() {
    next = (next + 1) & (PLACES - 1);
    meters.began(names[next], timesNs[next]);
    meters.ended(names[next], AttemptEnd.DELETED, timesNs[next]);
    return meters;
  }
}
