package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.client.HeadraceClient;
import io.headrace.client.JobOptions;
import io.headrace.client.ServerAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process: its five lines, its signals, and what it refuses. */
final class ServeTest {
  @TempDir private Path folder;

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void ends_what_it_started() {
    started.forEach(Process::destroyForcibly);
  }

  private Process start(String... words) throws IOException {
    var process =
        Ran.builder(Map.of(), List.of(words))
            .redirectError(folder.resolve("stderr").toFile())
            .start();
    started.add(process);
    return process;
  }

  private static List<String> lines(BufferedReader from, int count) throws IOException {
    var lines = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      lines.add(String.valueOf(from.readLine()));
    }
    return lines;
  }

  private static ServerAddress address(String firstLine) {
    return ServerAddress.parse(firstLine.substring(firstLine.lastIndexOf(' ') + 1));
  }

  private static void signal(Process process, String name) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  @Test
  void five_lines_say_where_how_durable_and_how_to_stop_and_jobs_outlive_a_stop() throws Exception {
    var data = folder.resolve("data").toString();
    var first = start("serve", "--listen", "127.0.0.1:0", "--data", data);
    var said = lines(first.inputReader(), 5);
    assertThat(said.get(0)).matches("headrace \\S+ listens on 127\\.0\\.0\\.1:\\d+");
    assertThat(said.get(1)).contains(data);
    assertThat(said.get(2)).contains("fsync");
    assertThat(said.get(3)).contains("kill " + first.pid());
    assertThat(said.get(4)).contains("headrace put --server");
    try (var client = HeadraceClient.connect(address(said.get(0)))) {
      client.put(new byte[10], JobOptions.DEFAULT);
    }
    var second = Ran.with("serve", "--listen", "127.0.0.1:0", "--data", data);
    assertThat(second.exit()).isEqualTo(1);
    assertThat(second.complaint()).contains(data).contains("in use by process " + first.pid());
    signal(first, "TERM");
    assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(first.exitValue()).isZero();

    var third = start("serve", "--listen", "127.0.0.1:0", "--data", data);
    try (var client = HeadraceClient.connect(address(lines(third.inputReader(), 1).getFirst()))) {
      assertThat(client.peek(1)).isPresent();
    }
  }

  @Test
  void every_address_that_is_given_is_listened_on() throws Exception {
    var socket = folder.resolve("s");
    var server =
        start("serve", "--listen", "127.0.0.1:0", "--listen", "unix:" + socket, "--data", "none");
    var said = lines(server.inputReader(), 1).getFirst();
    assertThat(said).contains("127.0.0.1:").endsWith(", unix:" + socket);
    try (var client = HeadraceClient.connect(new ServerAddress.Unix(socket))) {
      assertThat(client.listConnections(0, 10)).hasSize(1);
    }
  }

  @Test
  void sigusr1_drains_and_sigint_stops() throws Exception {
    var server = start("serve", "--listen", "127.0.0.1:0", "--data", "none");
    var said = lines(server.inputReader(), 5);
    assertThat(said.get(1)).contains("memory only");
    try (var client = HeadraceClient.connect(address(said.get(0)))) {
      signal(server, "USR1");
      while (!client.stats().getOrDefault("draining", "").equals("true")) {
        Thread.onSpinWait();
      }
    }
    signal(server, "INT");
    assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(server.exitValue()).isZero();
  }

  @Test
  void what_cannot_be_used_is_refused_in_one_line() throws Exception {
    var taken = start("serve", "--listen", "127.0.0.1:0", "--data", "none");
    var address = address(lines(taken.inputReader(), 1).getFirst()).toString();
    var file = Files.createFile(folder.resolve("file")).toString();
    var port = Ran.with("serve", "--listen", address, "--data", "none");
    assertThat(port.exit()).isEqualTo(2);
    assertThat(port.complaint())
        .contains("flag --listen: listen: ")
        .contains(address)
        .contains("another process");
    assertThat(Ran.with("serve", "--listen", "127.0.0.1:x").exit()).isEqualTo(2);
    assertThat(Ran.with("serve", "--durability", "always").complaint())
        .contains("flag --durability")
        .contains("'always'")
        .contains("fsync");
    var data = Ran.with("serve", "--listen", "127.0.0.1:0", "--data", file);
    assertThat(data.exit()).isEqualTo(1);
    assertThat(data.complaint()).contains(file);
  }

  @Test
  void metrics_are_told_where_one_wants_them_and_a_port_that_is_taken_stops_the_start()
      throws Exception {
    var first =
        start(
            "serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--data", "none");
    var said = lines(first.inputReader(), 6).get(5);
    assertThat(said).matches("metrics: http://127\\.0\\.0\\.1:\\d+/metrics");
    var admin = said.substring(said.indexOf("//") + 2, said.lastIndexOf('/'));
    var second =
        Ran.with("serve", "--listen", "127.0.0.1:0", "--admin-listen", admin, "--data", "none");
    assertThat(second.exit()).isEqualTo(2);
    assertThat(second.complaint())
        .contains("flag --admin-listen: admin-listen: ")
        .contains(admin)
        .contains("admin-listen = none");
  }

  @Test
  void the_last_line_says_how_many_connections_there_may_be() throws Exception {
    var server =
        start(
            "serve",
            "--listen=127.0.0.1:0",
            "--data=none",
            "--admin-listen=none",
            "--connections-max=50",
            "--connections-max-per-address=7");
    assertThat(lines(server.inputReader(), 6).get(5))
        .matches("connections: at most 50, of [\\d,]+ descriptors; 7 an address");
  }
}
