package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.client.HeadraceClient;
import io.headrace.client.JobOptions;
import io.headrace.client.ServerAddress;
import io.headrace.server.HeadraceServer;
import io.headrace.server.ListenAddress;
import io.headrace.server.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkVerbTest {
  private final HeadraceServer server =
      HeadraceServer.start(
          new ServerOptions(
              "0.0.0", List.of(new ListenAddress.Tcp("127.0.0.1", 0)), 65_535, 64 << 20, 100));
  private final HeadraceClient client =
      HeadraceClient.connect(ServerAddress.parse(server.addresses().getFirst()));

  @TempDir Path folder;

  @AfterEach
  void stops_the_server() {
    client.close();
    server.close();
  }

  private Ran run(String... words) {
    return new Ran.Call(Map.of("HEADRACE_SERVER", server.addresses().getFirst()), words).run();
  }

  private void put(String tube, int jobs) {
    client.use(tube);
    for (int i = 0; i < jobs; i++) {
      client.put(
          (tube + i).getBytes(StandardCharsets.UTF_8),
          new JobOptions(7, Duration.ZERO, Duration.ofSeconds(60)));
    }
  }

  private String deleted(String tube) {
    return client.statsTube(tube).orElseThrow().getOrDefault("cmd-delete", "none");
  }

  @Test
  void jobs_are_done_until_there_are_none() throws IOException {
    put("t", 5);
    var out = folder.resolve("out");
    var ran = run("work", "t", "--until-empty", "--procs", "2", "--", "sh", "-c", "cat >>" + out);
    assertThat(ran.exit()).as("%s", ran).isZero();
    assertThat(deleted("t")).isEqualTo("5");
    assertThat(Files.readString(out)).hasSize(10).contains("t0", "t4");
  }

  @Test
  void a_file_says_what_several_tubes_are_worked_by() throws IOException {
    put("one", 2);
    put("two", 3);
    var file =
        Files.writeString(
            folder.resolve("workers.toml"),
            """
            [one]
            command = ["true"]
            until-empty = true

            [two]
            command = ["sh", "-c", "exit 3"]
            procs = 2
            on-exit = ["3=delete", "4=bury"]
            until-empty = true
            """);
    var ran = run("work", "--workers", file.toString());
    assertThat(ran.exit()).as("%s", ran).isZero();
    // Until the server has read the last worker's quit that tube is watched.
    Await.until("a tube without jobs is gone", () -> client.statsTube("one").isEmpty());
    assertThat(deleted("two")).isEqualTo("3");
  }

  @Test
  void scripts_and_web_requests_are_worked_on_side_by_side() throws IOException {
    try (var web = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"))) {
      Thread.ofVirtual().start(() -> answer(web));
      client.use("fetch");
      for (int i = 0; i < 100; i++) {
        var url = "http://127.0.0.1:" + web.getLocalPort() + "/" + i;
        client.put(url.getBytes(StandardCharsets.UTF_8), JobOptions.DEFAULT);
      }
      put("one", 20);
      var file =
          Files.writeString(
              folder.resolve("workers.toml"),
              """
              [fetch]
              http = true
              procs = 4
              until-empty = true

              [one]
              command = ["true"]
              procs = 10
              until-empty = true
              """);
      client.watch("fetch");
      client.watch("one");
      var ran = run("work", "--workers", file.toString());
      assertThat(ran.exit()).as("%s", ran).isZero();
      assertThat(ran.err()).as("said on the way").isEmpty();
      assertThat(deleted("fetch")).isEqualTo("100");
      assertThat(deleted("one")).isEqualTo("20");
    }
  }

  private static void answer(ServerSocket web) {
    while (true) {
      try (var socket = web.accept()) {
        var last = "";
        while (!last.endsWith("\r\n\r\n")) {
          last += (char) socket.getInputStream().read();
        }
        socket
            .getOutputStream()
            .write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        return;
      }
    }
  }

  @Test
  void what_is_wrong_is_wrong_use() {
    var ran = run("work", "t", "--workers", "/no/such");
    assertThat(ran.exit()).isEqualTo(Exit.USAGE);
    assertThat(ran.complaint())
        .isEqualTo("headrace: give only one of TUBE, --workers and --import");
  }
}
