package io.headrace.client;

import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Load by the Java client, for {@code trials/bench/java-client}: puts that are on their way
 * together, and then as many slots of a worker as it is told to drain them. Prints JSON.
 */
final class ClientLoad {
  private static final String TUBE = "default";
  private static final int ROUNDS_BEFORE = 4;

  private ClientLoad() {}

  /** Arguments: port, jobs, bytes of a body, slots. */
  public static void main(String[] args) throws Exception {
    var server = new ServerAddress.Tcp("127.0.0.1", Integer.parseInt(args[0]));
    int jobs = Integer.parseInt(args[1]);
    var body = new byte[Integer.parseInt(args[2])];
    int slots = Integer.parseInt(args[3]);
    try (var client = JobClient.connect(server)) {
      // Until the JVM has compiled what it will.
      for (int i = 0; i < ROUNDS_BEFORE; i++) {
        round(client, jobs, body, slots);
      }
      System.out.println(round(client, jobs, body, slots));
    }
  }

  private static String round(JobClient client, int jobs, byte[] body, int slots)
      throws InterruptedException {
    var inserted = new AtomicLong();
    long start = System.nanoTime();
    long startCpuNs = cpuNs();
    client.putAll(
        TUBE,
        Stream.generate(() -> body).limit(jobs).iterator(),
        JobOptions.DEFAULT,
        (_, put) -> {
          if (put.join() instanceof PutResult.Inserted) {
            inserted.incrementAndGet();
          }
        });
    double putS = (System.nanoTime() - start) / 1e9;
    double putCpuUs = (cpuNs() - startCpuNs) / 1e3;
    if (inserted.get() != jobs) {
      throw new IllegalStateException("only " + inserted + " of " + jobs + " were put");
    }
    var left = new CountDownLatch(jobs);
    start = System.nanoTime();
    startCpuNs = cpuNs();
    double drainS;
    double drainCpuUs;
    try (var _ =
        client.work(
            TUBE,
            WorkOptions.DEFAULT.withSlots(slots),
            _ -> {
              left.countDown();
              return Ending.DONE;
            })) {
      left.await();
      drainS = (System.nanoTime() - start) / 1e9;
      drainCpuUs = (cpuNs() - startCpuNs) / 1e3;
    }
    return String.format(
        Locale.ROOT,
        "{\"put_per_s\": %.0f, \"put_cpu_us\": %.2f,"
            + " \"drain_per_s\": %.0f, \"drain_cpu_us\": %.2f}",
        jobs / putS,
        putCpuUs / jobs,
        jobs / drainS,
        drainCpuUs / jobs);
  }

  /** CPU time of this process, all its threads: compiler and collector count. */
  private static long cpuNs() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
  }
}
