package io.headrace.trials;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.client.CallFailed;
import io.headrace.client.ClientOptions;
import io.headrace.client.JobClient;
import io.headrace.client.JobOptions;
import io.headrace.client.PutResult;
import io.headrace.client.Requests;
import io.headrace.client.ServerAddress;
import io.headrace.client.ServerUnreachable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The Java client on connections whose network swallows every packet from one moment on, and tells
 * nobody: the kernel would try for a quarter of an hour. What a call knows then is its deadline.
 */
@Execution(ExecutionMode.CONCURRENT)
final class JobClientBlackholeIT {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration RESERVE = Duration.ofSeconds(1);
  private static final long SLACK_MS = 100;
  private static final int PORT = 11300;
  private static final String TUBE = "mail";

  /** More than both kernels take before somebody reads, and less than a job may have. */
  private static final int LARGE_BYTES = 12_000_000;

  @TempDir Path folder;

  /** How a call ended, and how much later than its deadline. */
  private record Ended(CallFailed failed, long pastMs) {}

  @Test
  void each_call_ends_by_its_deadline_and_says_whether_it_may_be_done() throws Exception {
    try (var network = Network.open();
        var lateness = Lateness.measured();
        var calls = Executors.newVirtualThreadPerTaskExecutor()) {
      var server = new ServerAddress.Tcp(network.there(), PORT);
      network.start(
          folder.resolve("server.log"),
          Tools.require("beanstalkd", "apt install beanstalkd"),
          "-l",
          network.there(),
          "-p",
          Integer.toString(PORT),
          "-z",
          Integer.toString(16 << 20));
      try (var client = connected(server)) {
        put(client, TUBE, "held");
        put(client, TUBE, "done");
        var held = client.reserve(RESERVE, TUBE).orElseThrow();
        // Its connection is the one that the next reserve goes over.
        assertThat(client.reserve(RESERVE, TUBE).orElseThrow().delete()).isTrue();
        put(client, "large", "x");

        network.dropAll();
        var dropped =
            List.of(
                calls.submit(ends(PATIENCE, lateness, () -> put(client, TUBE, "lost"))),
                calls.submit(
                    ends(PATIENCE.plus(RESERVE), lateness, () -> client.reserve(RESERVE, TUBE))),
                calls.submit(ends(PATIENCE, lateness, held::delete)),
                // What the kernels take moves, and puts the deadline off: a second for each MiB.
                calls.submit(
                    ends(
                        PATIENCE.plusSeconds(LARGE_BYTES >> 20),
                        lateness,
                        () -> client.put("large", new byte[LARGE_BYTES], JobOptions.DEFAULT))));
        var ended = new ArrayList<Ended>();
        for (var one : dropped) {
          ended.add(one.get(1, TimeUnit.MINUTES));
        }
        System.out.println(ended);
        assertThat(ended).allMatch(one -> one.pastMs() <= SLACK_MS, "is in time");
        assertThat(ended.subList(0, 3))
            .allMatch(one -> one.failed().outcome() == CallFailed.Outcome.UNKNOWN);
        assertThat(ended)
            .extracting(one -> one.failed().getMessage())
            .containsExactly(
                server + ": no answer within 3 s; whether 'put' was done is unknown",
                server
                    + ": no answer within 3 s;"
                    + " whether 'reserve-with-timeout 1' was done is unknown",
                server + ": no answer within 3 s; whether 'delete 1' was done is unknown",
                server + ": it took no bytes within 3 s; 'put' was not done");
        assertThat(held.isLost()).isTrue();

        network.passAll();
        put(client, TUBE, "again");
        assertThat(client.call(TUBE, Requests.listTubeUsed())).isEqualTo(TUBE);
      }
    }
  }

  private static JobClient connected(ServerAddress server) throws Exception {
    var options = ClientOptions.DEFAULT.withPatience(PATIENCE).withListener(new SilentListener());
    var clients = new ArrayList<JobClient>();
    Await.until(
        "it listens",
        () -> {
          try {
            clients.add(JobClient.connect(server, options));
            return true;
          } catch (ServerUnreachable e) {
            return false;
          }
        });
    return clients.getFirst();
  }

  private static long put(JobClient client, String tube, String body) {
    var put = client.put(tube, body.getBytes(UTF_8), JobOptions.DEFAULT);
    return ((PutResult.Inserted) put).job();
  }

  private static Callable<Ended> ends(Duration within, Lateness lateness, Callable<Object> call) {
    return () -> {
      long fromMs = System.currentTimeMillis();
      long start = System.nanoTime();
      try {
        throw new AssertionError("nothing failed, but there is " + call.call());
      } catch (CallFailed failed) {
        long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        long grantedMs = within.toMillis() + lateness.msWithin(fromMs, tookMs);
        return new Ended(failed, tookMs - grantedMs);
      }
    };
  }
}
