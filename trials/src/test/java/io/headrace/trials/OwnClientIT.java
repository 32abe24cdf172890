package io.headrace.trials;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.client.HeadraceClient;
import io.headrace.client.JobOptions;
import io.headrace.client.PutResult;
import io.headrace.client.ReserveResult;
import io.headrace.client.ServerAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Headrace's own client, against Headrace and against the server whose protocol it speaks. */
final class OwnClientIT {

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void a_job_goes_through_all_its_states(Peer peer) throws IOException {
    try (var server = RunningServer.of(peer, folder).start();
        var client = client(server)) {
      client.use("states");
      assertThat(client.watch("states")).isEqualTo(2);
      assertThat(client.ignore("default")).isTrue();
      assertThat(client.ignore("states")).isFalse();
      long id = ((PutResult.Inserted) client.put("hello".getBytes(UTF_8), slow())).job();
      assertThat(client.peekDelayed())
          .hasValueSatisfying(job -> assertThat(job.id()).isEqualTo(id));
      assertThat(client.kickJob(id)).isTrue();
      assertThat(client.peekReady())
          .hasValueSatisfying(job -> assertThat(job.text()).isEqualTo("hello"));
      assertThat(client.reserve(Duration.ZERO)).isInstanceOf(ReserveResult.Reserved.class);
      assertThat(client.touch(id)).isTrue();
      assertThat(client.bury(id, 3)).isTrue();
      assertThat(client.peekBuried()).isPresent();
      assertThat(client.kick(10)).isEqualTo(1);
      assertThat(client.reserve(Duration.ZERO)).isInstanceOf(ReserveResult.Reserved.class);
      assertThat(client.release(id, 9, Duration.ZERO)).isTrue();
      assertThat(client.statsJob(id))
          .hasValueSatisfying(stats -> assertThat(stats).containsEntry("pri", "9"));
      assertThat(client.pauseTube("states", Duration.ofSeconds(1))).isTrue();
      assertThat(client.pauseTube("states", Duration.ZERO)).isTrue();
      assertThat(client.delete(id)).isTrue();
      assertThat(client.delete(id)).isFalse();
      assertThat(client.reserve(Duration.ZERO)).isEqualTo(new ReserveResult.TimedOut());
      assertThat(client.listTubes()).contains("default", "states");
      assertThat(client.stats()).containsKey("current-jobs-ready");
    }
  }

  @ParameterizedTest
  @EnumSource
  void bodies_of_every_size_come_back_as_they_went(Peer peer) throws IOException {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    try (var server = RunningServer.of(peer, folder).start();
        var client = client(server)) {
      client.use("sizes");
      client.watchOnly(List.of("sizes"));
      for (int size : new int[] {0, 1, 4095, 4096, 65535}) {
        var body = new byte[size];
        random.nextBytes(body);
        client.put(body, JobOptions.DEFAULT);
        assertThat(client.reserve(Duration.ZERO))
            .as("seed %d", seed)
            .isInstanceOfSatisfying(
                ReserveResult.Reserved.class,
                reserved -> {
                  assertThat(reserved.job().body()).isEqualTo(body);
                  client.delete(reserved.job().id());
                });
      }
      assertThat(client.put(new byte[65536], JobOptions.DEFAULT))
          .isEqualTo(new PutResult.Refused(PutResult.Reason.JOB_TOO_BIG));
    }
  }

  @ParameterizedTest
  @EnumSource
  void ten_thousand_puts_in_flight_are_all_answered_in_order(Peer peer) throws IOException {
    try (var server = RunningServer.of(peer, folder).start();
        var client = client(server)) {
      client.use("many");
      var ids = new ArrayList<Long>();
      var bodies = IntStream.range(0, 10_000).mapToObj(i -> new byte[i % 3000]).iterator();
      client.putAll(
          bodies, JobOptions.DEFAULT, result -> ids.add(((PutResult.Inserted) result).job()));
      assertThat(ids).hasSize(10_000).isSorted().doesNotHaveDuplicates();
    }
  }

  private static HeadraceClient client(RunningServer server) {
    return HeadraceClient.connect(new ServerAddress.Tcp("127.0.0.1", server.port()));
  }

  private static JobOptions slow() {
    return new JobOptions(5, Duration.ofHours(1), Duration.ofMinutes(1));
  }
}
