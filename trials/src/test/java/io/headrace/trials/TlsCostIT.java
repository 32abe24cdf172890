package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.client.Credentials;
import io.headrace.client.HeadraceClient;
import io.headrace.client.JobOptions;
import io.headrace.client.ReserveResult;
import io.headrace.client.ServerAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * What TLS costs the server, beside a plain connection to the same one: CPU by {@code
 * /proc/PID/stat}, medians of rounds that take turns. Prints what docs/security.md says.
 */
@Isolated("it compares costs of processor")
final class TlsCostIT {
  private static final int ROUNDS = Integer.getInteger("headrace.trials.tls-rounds", 1);
  private static final int CONNECTIONS = 16;
  private static final int CYCLES = 1_000;
  private static final int PIPELINED = 20_000;
  private static final int HANDSHAKES = 300;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The kernel's USER_HZ, in which /proc tells times: 100 on every Linux there is. */
  private static final double US_A_TICK = 10_000;

  /** Far above what it costs, and far below what a handshake a job would. */
  private static final double RATIO_MAX = 20;

  @TempDir Path folder;

  private long pid;

  @Test
  void a_job_by_tls_costs_no_multiple_of_a_plain_one_to_speak_of() throws Exception {
    var authority = new Authority(folder, "ca");
    authority.sign("server", 2);
    int tlsPort = RunningServer.freePort();
    try (var server =
        RunningServer.serve(folder, folder.resolve("data"), "never")
            .options(
                "--listen",
                "tls:127.0.0.1:" + tlsPort,
                "--tls-cert",
                authority.pem("server").toString(),
                "--tls-key",
                authority.key("server").toString(),
                "--admin-listen",
                "none")
            .start()) {
      pid = server.pid();
      var plain = new ServerAddress.Tcp("127.0.0.1", server.port());
      var tls = new ServerAddress.Tls(new ServerAddress.Tcp("127.0.0.1", tlsPort));
      var credentials = new Credentials(Optional.of(authority.trusted()), Optional.empty());
      var costs = new Costs();
      for (int round = 0; round <= ROUNDS; round++) {
        for (var address : List.of(plain, tls)) {
          var side = address.equals(tls) ? "TLS" : "plain";
          costs.add(round, "put + reserve + delete, " + side, cycles(address, credentials));
          costs.add(round, "put, 512 on their way, " + side, pipelined(address, credentials));
          costs.add(round, "connection, " + side, connections(address, credentials));
        }
      }
      costs.names.forEach(
          name -> System.out.printf("TLS cost: %-32s %8.1f us of CPU%n", name, costs.median(name)));
      assertThat(
              costs.median("put + reserve + delete, TLS")
                  / costs.median("put + reserve + delete, plain"))
          .isLessThan(RATIO_MAX);
    }
  }

  /** Figures by their names; the first round warms up. */
  private static final class Costs {
    private final List<String> names = new ArrayList<>();
    private final List<List<Double>> figures = new ArrayList<>();

    private void add(int round, String name, double us) {
      if (round == 0) {
        names.add(name);
        figures.add(new ArrayList<>());
      } else {
        figures.get(names.indexOf(name)).add(us);
      }
    }

    private double median(String name) {
      var sorted = new ArrayList<>(figures.get(names.indexOf(name)));
      Collections.sort(sorted);
      return sorted.get(sorted.size() / 2);
    }
  }

  private double cpuUs() throws IOException {
    var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * US_A_TICK;
  }

  /** Has every connection do its part at the same time; returns CPU by each of {@code things}. */
  private double onAll(ServerAddress address, Credentials credentials, int things, Work work)
      throws Exception {
    var clients = new ArrayList<HeadraceClient>();
    for (int i = 0; i < CONNECTIONS; i++) {
      clients.add(HeadraceClient.connect(address, PATIENCE, credentials));
    }
    double before = cpuUs();
    try (var threads = Executors.newFixedThreadPool(CONNECTIONS)) {
      var parts = new ArrayList<Callable<Boolean>>();
      for (var client : clients) {
        parts.add(() -> {
          work.on(client);
          return true;
        });
      }
      for (var done : threads.invokeAll(parts)) {
        done.get();
      }
    }
    double cost = (cpuUs() - before) / things;
    clients.forEach(HeadraceClient::close);
    return cost;
  }

  private interface Work {
    void on(HeadraceClient client);
  }

  private double cycles(ServerAddress address, Credentials credentials) throws Exception {
    return onAll(
        address,
        credentials,
        CONNECTIONS * CYCLES,
        client -> {
          for (int i = 0; i < CYCLES; i++) {
            client.put(new byte[64], JobOptions.DEFAULT);
            var reserved = client.reserve(PATIENCE);
            client.delete(((ReserveResult.Reserved) reserved).job().id());
          }
        });
  }

  private double pipelined(ServerAddress address, Credentials credentials) throws Exception {
    var bodies = new byte[PIPELINED][64];
    double cost =
        onAll(
            address,
            credentials,
            CONNECTIONS * PIPELINED,
            client -> {
              client.use("pipelined");
              client.putAll(Arrays.asList(bodies).iterator(), JobOptions.DEFAULT, _ -> {});
            });
    try (var client = HeadraceClient.connect(address, PATIENCE, credentials)) {
      client.clearTube("pipelined");
    }
    return cost;
  }

  private double connections(ServerAddress address, Credentials credentials) throws Exception {
    double before = cpuUs();
    for (int i = 0; i < HANDSHAKES; i++) {
      HeadraceClient.connect(address, PATIENCE, credentials).close();
    }
    return (cpuUs() - before) / HANDSHAKES;
  }
}
