package io.headrace.client;

import java.io.IOException;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a call of the Java client costs it, beside a server that costs nearly nothing. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
public class ClientBench {
  private static final int PUTS = 10_000;
  private static final String TUBE = "bench";

  private final byte[] body = new byte[64];
  private final AnsweringServer kicks = new AnsweringServer("KICKED 1\r\n", 1);
  private final AnsweringServer puts = new AnsweringServer("INSERTED 1234567\r\n", 2);
  private final JobClient kicker = JobClient.connect(kicks.address());
  private final JobClient putter = JobClient.connect(puts.address());

  /** Closes all. */
  @TearDown
  public void close() throws IOException {
    kicker.close();
    putter.close();
    kicks.close();
    puts.close();
  }

  /** One call of one thread: there and back. */
  @Benchmark
  public long call_at_depth_1() {
    return kicker.call(TUBE, Requests.kick(1));
  }

  /** One put of many that are on their way. */
  @Benchmark
  @OperationsPerInvocation(PUTS)
  public long put_among_many() {
    long[] sum = {0};
    Iterator<byte[]> bodies = Stream.generate(() -> body).limit(PUTS).iterator();
    putter.putAll(
        TUBE,
        bodies,
        JobOptions.DEFAULT,
        (_, put) -> sum[0] += ((PutResult.Inserted) put.join()).job());
    return sum[0];
  }
}
