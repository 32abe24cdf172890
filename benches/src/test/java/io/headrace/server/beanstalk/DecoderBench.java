package io.headrace.server.beanstalk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headrace.journal.BodyStore;
import io.headrace.journal.VolatileLog;
import io.headrace.queue.Invariant;
import io.headrace.queue.QueueMachine;
import io.headrace.server.Admission;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
 * What the bytes of a put, a reserve and a delete cost until they are requests, where one read
 * brings {@value #CYCLES} of each. With the body's checksum and its copy to where it stays.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecoderBench {
  private static final int CYCLES = 32;

  /** The length of each body. */
  @Param({"64", "1024"})
  public int bodyBytes;

  private final BodyStore bodies = BodyStore.offHeap(64 << 20, 1024);
  private final BeanstalkDecoder decoder =
      new BeanstalkDecoder(
          new BeanstalkDecoder.Scratch(bodies.budgetBytes()),
          Permit.EVERYTHING,
          bodies,
          new Admission(new VolatileLog(), bodies, new QueueMachine(), Integer.MAX_VALUE, 1),
          new Counters(),
          BeanstalkProtocol.JOB_BYTES_DEFAULT,
          (_, _, _) -> {});

  /** As large as the server's, and direct as that is. */
  private final ByteBuf in = Unpooled.directBuffer(64 * 1024, 64 * 1024);

  /** Writes what a client would send. */
  @Setup
  public void fill() {
    for (int i = 0; i < CYCLES; i++) {
      in.writeCharSequence("put 1024 0 120 " + bodyBytes + "\r\n", US_ASCII);
      in.writeZero(bodyBytes);
      in.writeCharSequence("\r\nreserve\r\ndelete " + (1_000_000 + i) + "\r\n", US_ASCII);
    }
  }

  /** Decodes them all; each body is given back, as by its delete. */
  @Benchmark
  @OperationsPerInvocation(CYCLES)
  public long putReserveDelete() {
    in.readerIndex(0);
    long jobs = 0;
    for (int i = 0; i < CYCLES; i++) {
      expect(Verb.PUT);
      var body = decoder.takeBody();
      bodies.free(body.ref(), body.bytes());
      expect(Verb.RESERVE);
      expect(Verb.DELETE);
      jobs += decoder.request().job();
    }
    return jobs;
  }

  /** Gives the memory back. */
  @TearDown
  public void close() {
    in.release();
    bodies.close();
  }

  private void expect(Verb verb) {
    Verb found = decoder.next(in);
    Invariant.check(found == verb, "the decoder finds what was written");
  }
}
