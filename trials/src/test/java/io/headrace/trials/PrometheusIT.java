package io.headrace.trials;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Prometheus that scrapes the server, and what its promtool says of metrics and alerts. */
final class PrometheusIT {

  private static final String ADVICE = "apt install prometheus";
  private static final Duration REPLY_MAX = Duration.ofSeconds(20);
  private static final long END_S_MAX = 30;

  @TempDir Path folder;

  @Test
  void prometheus_scrapes_the_server_and_knows_its_jobs() throws Exception {
    var prometheus = Tools.require("prometheus", ADVICE);
    int admin = RunningServer.freePort();
    int web = RunningServer.freePort();
    try (var server = serve(admin).start();
        var talk = server.connect()) {
      assertThat(talk.ask("use mail").line()).isEqualTo("USING mail");
      assertThat(talk.put("hello").line()).startsWith("INSERTED ");
      var log = folder.resolve("prometheus.log");
      var process = Run.start(command(prometheus, config(admin), web), folder, log);
      try {
        Await.until(
            "prometheus tells the ready job of " + admin + "; its log is " + log,
            () -> {
              assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
              return query(web, "headrace_jobs{tube=\"mail\",state=\"ready\"}").contains("\"1\"]");
            });
        // A query of a later moment: where a scrape has failed between, it is 0 until the next.
        Await.until(
            "prometheus tells that it is up",
            () -> query(web, "up{job=\"headrace\"}").contains("\"1\"]"));
        assertThat(get(web, "/api/v1/rules"))
            .contains("HeadraceDown")
            .doesNotContain("\"health\":\"err\"");
      } finally {
        process.destroy();
        assertThat(process.waitFor(END_S_MAX, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  @Test
  void promtool_finds_nothing_to_mend_in_a_scrape() throws Exception {
    var promtool = Tools.require("promtool", ADVICE);
    int admin = RunningServer.freePort();
    try (var server = serve(admin).start();
        var talk = server.connect()) {
      for (int i = 0; i < 120; i++) {
        assertThat(talk.ask("use tube-" + i).line()).isEqualTo("USING tube-" + i);
        assertThat(talk.put("x").line()).startsWith("INSERTED ");
      }
      var scrape = Files.writeString(folder.resolve("scrape"), get(admin, "/metrics"));
      assertThat(scrape).content().contains("headrace_jobs", "tube=\"(others)\"");
      var outcome =
          Run.command("sh", "-c", "\"$0\" check metrics <\"$1\"", promtool, scrape.toString());
      assertThat(outcome.exit()).as(outcome.all()).isZero();
    }
  }

  @Test
  void promtool_takes_the_rules_and_each_alert_comes_when_it_should() {
    var promtool = Tools.require("promtool", ADVICE);
    var rules = packaged().resolve("headrace.rules.yml").toString();
    var checked = Run.command(promtool, "check", "rules", rules);
    assertThat(checked.exit()).as(checked.all()).isZero();
    var tests = packaged().resolve("headrace.rules.test.yml").toString();
    var tested = Run.command(promtool, "test", "rules", tests);
    assertThat(tested.exit()).as(tested.all()).isZero();
  }

  private static Path packaged() {
    return Tools.root().resolve("packaging/prometheus");
  }

  private RunningServer.Launch serve(int admin) {
    return RunningServer.serve(folder, folder.resolve("data"), "fsync")
        .options("--admin-listen", "127.0.0.1:" + admin);
  }

  /** The configuration that is shipped, for a server elsewhere, and without its patience. */
  private Path config(int admin) throws IOException {
    var shipped = Files.readString(packaged().resolve("prometheus.yml"));
    assertThat(shipped).contains("15s", "headrace.rules.yml", "127.0.0.1:11380");
    var config =
        shipped
            .replace("15s", "1s")
            .replace("headrace.rules.yml", packaged().resolve("headrace.rules.yml").toString())
            .replace("127.0.0.1:11380", "127.0.0.1:" + admin);
    return Files.writeString(folder.resolve("prometheus.yml"), config);
  }

  private List<String> command(String prometheus, Path config, int web) {
    return List.of(
        prometheus,
        "--config.file=" + config,
        "--storage.tsdb.path=" + folder.resolve("tsdb"),
        "--web.listen-address=127.0.0.1:" + web);
  }

  /** What an instant query finds; nothing while nobody answers yet. */
  private static String query(int web, String expression) throws Exception {
    var encoded = URLEncoder.encode(expression, UTF_8);
    try {
      return get(web, "/api/v1/query?query=" + encoded);
    } catch (IOException e) {
      return "";
    }
  }

  private static String get(int port, String path) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:" + port + path);
      var request = HttpRequest.newBuilder(uri).timeout(REPLY_MAX).build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }
}
