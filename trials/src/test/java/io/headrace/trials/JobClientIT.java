package io.headrace.trials;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.headrace.client.CallFailed;
import io.headrace.client.ClientOptions;
import io.headrace.client.Ending;
import io.headrace.client.HeldJob;
import io.headrace.client.JobClient;
import io.headrace.client.JobOptions;
import io.headrace.client.PolicyResult;
import io.headrace.client.PutResult;
import io.headrace.client.Requests;
import io.headrace.client.ServerAddress;
import io.headrace.client.WorkOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The Java client that lives as long as its program, against Headrace and beanstalkd 1.12: every
 * command, many threads, workers, and a server that is killed.
 */
@Execution(ExecutionMode.CONCURRENT)
final class JobClientIT {
  private static final String TUBE = "jobs";
  private static final Duration NOW = Duration.ZERO;

  @TempDir Path folder;

  private static JobClient client(RunningServer server) {
    return client(server.port());
  }

  private static JobClient client(int port) {
    return JobClient.connect(
        new ServerAddress.Tcp("127.0.0.1", port),
        ClientOptions.DEFAULT.withListener(new SilentListener()));
  }

  private static long put(JobClient client, String body, JobOptions options) {
    return ((PutResult.Inserted) client.put(TUBE, body.getBytes(UTF_8), options)).job();
  }

  private static HeldJob reserve(JobClient client) {
    return client.reserve(NOW, TUBE).orElseThrow();
  }

  @ParameterizedTest
  @EnumSource
  void a_job_goes_through_all_its_states(Peer peer) throws Exception {
    var slow = new JobOptions(5, Duration.ofHours(1), Duration.ofMinutes(1));
    try (var server = RunningServer.of(peer, folder).start();
        var client = client(server)) {
      assertThat(client.isHeadrace()).isEqualTo(peer == Peer.HEADRACE);
      long id = put(client, "hello", slow);
      assertThat(client.call(TUBE, Requests.peekDelayed()).orElseThrow().id()).isEqualTo(id);
      assertThat(client.call(Requests.kickJob(id))).isTrue();
      assertThat(client.call(TUBE, Requests.peekReady()).orElseThrow().text()).isEqualTo("hello");
      try (var job = reserve(client)) {
        assertThat(job.touch()).isTrue();
        assertThat(job.bury(3)).isTrue();
      }
      assertThat(client.call(TUBE, Requests.peekBuried())).isPresent();
      assertThat(client.call(TUBE, Requests.kick(10))).isEqualTo(1);
      assertThat(reserve(client).release(9, NOW)).isTrue();
      assertThat(client.call(Requests.statsJob(id)).orElseThrow()).containsEntry("pri", "9");
      assertThat(client.call(Requests.statsTube(TUBE)).orElseThrow()).containsKey("total-jobs");
      assertThat(client.call(Requests.pauseTube(TUBE, Duration.ofHours(1)))).isTrue();
      assertThat(client.reserve(NOW, TUBE)).isEmpty();
      assertThat(client.call(Requests.pauseTube(TUBE, NOW))).isTrue();
      assertThat(client.call(TUBE, Requests.listTubeUsed())).isEqualTo(TUBE);
      assertThat(client.call(Requests.listTubes())).contains("default", TUBE);
      assertThat(client.call(Requests.stats())).containsKey("current-jobs-ready");
      try (var job = client.reserveJob(id).orElseThrow()) {
        assertThat(job.id()).isEqualTo(id);
      }
      Await.until(
          "it is given back",
          () -> {
            var job = client.reserve(NOW, TUBE);
            job.ifPresent(HeldJob::delete);
            return job.isPresent();
          });
      assertThat(client.call(Requests.peek(id))).isEmpty();
      assertThat(client.call(Requests.delete(id))).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void what_only_a_headrace_knows_is_refused_elsewhere_and_nothing_breaks(Peer peer)
      throws IOException {
    try (var server = RunningServer.of(peer, folder).start();
        var client = client(server)) {
      if (client.isHeadrace()) {
        long id = put(client, "x", JobOptions.DEFAULT);
        assertThat(client.call(Requests.setTube(TUBE, List.of("max-deaths=2"))))
            .isEqualTo(new PolicyResult.Done());
        assertThat(client.call(Requests.showTube(TUBE)).orElseThrow())
            .containsKey("policy-max-deaths");
        assertThat(client.call(Requests.listJobs(TUBE, "ready", 10)).orElseThrow()).hasSize(1);
        assertThat(client.call(Requests.showJob(id)).orElseThrow().attempts()).isEmpty();
        assertThat(client.call(Requests.peekDocket(id))).isEmpty();
        assertThat(client.call(Requests.listDead(0, 10))).isEmpty();
        assertThat(client.call(Requests.listEnded(10))).isEmpty();
        assertThat(client.call(Requests.retryJob(id))).isFalse();
        assertThat(client.call(Requests.listConnections(0, 100))).isNotEmpty();
        assertThat(reserve(client).bury(0)).isTrue();
        assertThat(client.call(Requests.dropJob(id))).isTrue();
        assertThat(client.call(Requests.undropJob(id))).isTrue();
        assertThat(client.call(Requests.clearTube(TUBE))).hasValue(1);
      } else {
        var failed =
            catchThrowableOfType(CallFailed.class, () -> client.call(Requests.clearTube(TUBE)));
        assertThat(failed.outcome()).isEqualTo(CallFailed.Outcome.NOT_DONE);
        assertThat(failed.refusal().orElseThrow().unknownCommand()).isTrue();
      }
      put(client, "still works", JobOptions.DEFAULT);
    }
  }

  @ParameterizedTest
  @EnumSource
  void bodies_of_every_size_come_back_as_they_went(Peer peer) throws IOException {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    try (var server = RunningServer.of(peer, folder).start();
        var client = client(server)) {
      for (int size : new int[] {0, 1, 4095, 4096, 32767, 65535}) {
        var body = new byte[size];
        random.nextBytes(body);
        client.put(TUBE, body, JobOptions.DEFAULT);
        var job = reserve(client);
        assertThat(job.body()).as("seed %d", seed).isEqualTo(body);
        assertThat(job.delete()).isTrue();
      }
      assertThat(client.put(TUBE, new byte[65536], JobOptions.DEFAULT))
          .isEqualTo(new PutResult.Refused(PutResult.Reason.JOB_TOO_BIG));
    }
  }

  @ParameterizedTest
  @EnumSource
  void many_threads_put_at_once_and_many_slots_work_it_off(Peer peer) throws Exception {
    int jobs = 20_000;
    var done = ConcurrentHashMap.<String>newKeySet();
    var all = new CountDownLatch(jobs);
    try (var server = RunningServer.of(peer, folder).start();
        var client = client(server)) {
      var ids = new HashSet<Long>();
      var bodies = IntStream.range(0, jobs / 2).mapToObj(i -> ("a" + i).getBytes(UTF_8));
      client.putAll(
          TUBE,
          bodies.iterator(),
          JobOptions.DEFAULT,
          (_, put) -> ids.add(((PutResult.Inserted) put.join()).job()));
      assertThat(ids).hasSize(jobs / 2);
      for (int i = 0; i < jobs / 2; i++) {
        int number = i;
        Thread.startVirtualThread(() -> put(client, "b" + number, JobOptions.DEFAULT));
      }
      try (var worker =
          client.work(
              TUBE,
              WorkOptions.DEFAULT.withSlots(32),
              job -> {
                done.add(job.text());
                all.countDown();
                return Ending.DONE;
              })) {
        assertThat(all.await(60, TimeUnit.SECONDS)).as("%d left", all.getCount()).isTrue();
        assertThat(worker.stop(Duration.ofSeconds(30))).isTrue();
      }
      assertThat(done).hasSize(jobs);
      assertThat(client.call(Requests.statsTube(TUBE)).orElseThrow())
          .containsEntry("current-jobs-ready", "0")
          .containsEntry("current-jobs-reserved", "0");
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_job_that_runs_longer_than_its_ttr_stays_with_its_worker(Peer peer) throws Exception {
    var handled = new AtomicInteger();
    var ended = new CountDownLatch(1);
    try (var server = RunningServer.of(peer, folder).start();
        var client = client(server);
        var worker =
            client.work(
                TUBE,
                WorkOptions.DEFAULT.withSlots(2),
                job -> {
                  handled.incrementAndGet();
                  TimeUnit.MILLISECONDS.sleep(7500);
                  ended.countDown();
                  return job.isLost() ? new Ending.Bury(0) : Ending.DONE;
                })) {
      long id = put(client, "x", new JobOptions(0, NOW, Duration.ofSeconds(3)));
      assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(worker.stop(Duration.ofSeconds(30))).isTrue();
      assertThat(handled).hasValue(1);
      assertThat(client.call(Requests.peek(id))).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void puts_and_workers_outlive_a_server_that_is_killed(Peer peer) throws Exception {
    var launch = RunningServer.of(peer, folder).data(folder.resolve("data"), 0);
    var first = launch.start();
    Set<String> acknowledged = new HashSet<>();
    var seen = ConcurrentHashMap.<String>newKeySet();
    // Passes on what comes, to whichever server there is.
    try (var relay = FaultyRelay.to(first.port(), "never\r\n", new Fault.Fin());
        var client = client(relay.port());
        var _ =
            client.work(
                TUBE,
                WorkOptions.DEFAULT.withSlots(4),
                job -> {
                  seen.add(job.text());
                  return Ending.DONE;
                })) {
      for (int i = 0; i < 100; i++) {
        put(client, "before" + i, JobOptions.DEFAULT);
        acknowledged.add("before" + i);
      }
      first.kill9();
      try (var second = launch.start()) {
        relay.passTo(second.port());
        int unknown = 0;
        for (int i = 0; i < 100; i++) {
          try {
            put(client, "after" + i, JobOptions.DEFAULT);
            acknowledged.add("after" + i);
          } catch (CallFailed e) {
            unknown += e.outcome() == CallFailed.Outcome.UNKNOWN ? 1 : 100;
          }
        }
        assertThat(unknown).as("a put that met the dead server").isLessThanOrEqualTo(2);
        Await.until("all are worked on", () -> seen.containsAll(acknowledged));
      }
    } finally {
      first.close();
    }
  }
}
