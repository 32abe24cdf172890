package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * {@code headrace work --http}: each job is done, or is where its verdict and the rules say, with
 * the evidence; when the server is killed meanwhile, none is lost.
 */
@Execution(ExecutionMode.CONCURRENT)
final class WebJobsIT {
  private static final int JOBS = 200;
  private static final int SLOTS = 8;

  /** Shorter than a late answer takes, and than the deadline. */
  private static final int TTR_SECONDS = 6;

  @TempDir Path folder;

  /** An answer that is not as expected, what its docket says at its end, and what follows. */
  private enum Bad {
    BROKEN("unexpected-status: HTTP/1.1 500 Oh", "buried"),
    MISSING("unexpected-status: HTTP/1.1 404 Not Found", "buried"),
    TRUNCATED("truncated(4/9)", "buried"),
    RESET("reset(headers: ", "buried"),
    MALFORMED("malformed(", "delayed"),
    DRIP("read-timeout(body: total deadline of 12000 ms)", "buried");

    private final String evidence;
    private final String state;

    Bad(String evidence, String state) {
      this.evidence = evidence;
      this.state = state;
    }

    String path() {
      return "/" + name().toLowerCase(Locale.ROOT);
    }
  }

  private static long told(Talk talk, String key) throws IOException {
    return Told.number(talk, "stats-tube work", key);
  }

  @Test
  void each_job_ends_as_its_answer_and_the_rules_say_and_leaves_its_evidence() throws Exception {
    try (var web = new WebServer();
        var server = RunningServer.of(Peer.HEADRACE, folder).start();
        var talk = server.connect()) {
      talk.ask("use work");
      talk.ask("set-tube work max-attempts=2");
      talk.put(web.url("/first"));
      try (var work =
          Supervisors.start(
              folder,
              "127.0.0.1:" + server.port(),
              "--http",
              "--procs",
              Integer.toString(SLOTS),
              "--deadline",
              "12s",
              "--on-verdict",
              "404,truncated,reset,read-timeout=bury",
              "--on-verdict",
              "malformed=delay:1h",
              "--result-tube",
              "results")) {
        Await.until("the first is done", () -> told(talk, "cmd-delete") == 1);
        Await.until("all slots wait", () -> told(talk, "current-waiting") == SLOTS);
        long connections = work.connections();

        var bad = new LinkedHashMap<Bad, Long>();
        for (var kind : Bad.values()) {
          // Not five of them in a row: that would not be the jobs.
          talk.put(web.url("/between/" + kind));
          bad.put(kind, talk.put(web.url(kind.path())).id());
        }
        long none = talk.put("{\"url\":\"http://a.test\",\"metod\":\"GET\"}").id();
        talk.put(web.url("/twice"));
        talk.put(100, 0, TTR_SECONDS, web.url("/late"));
        for (int i = 2 * bad.size() + 3; i < JOBS; i++) {
          talk.put(web.url("/good/" + i));
        }
        int good = JOBS - bad.size() - 1;
        Await.until("the good ones are done", () -> told(talk, "cmd-delete") == 1 + good);
        Await.until("the bad ones wait", () -> told(talk, "current-jobs-buried") == bad.size());

        for (var job : bad.entrySet()) {
          assertThat(Told.of(talk, "show-job " + job.getValue()))
              .as("%s", job.getKey())
              .containsEntry("state", job.getKey().state)
              .containsEntry("deaths", "0");
          assertThat(talk.ask("peek-docket " + job.getValue()).body())
              .contains("GET " + web.url(job.getKey().path()) + " (127.0.0.1:", "\n  connect ")
              .contains("\n127.0.0.1: " + job.getKey().evidence);
        }
        assertThat(talk.ask("peek-docket " + bad.get(Bad.TRUNCATED)).body())
            .contains("\n  HTTP/1.1 200 OK\n", "\\r\\n\\r\\nhel\\x01\n");
        assertThat(talk.ask("peek-docket " + none).body())
            .contains("no request: the JSON has 'metod'", "of 37 bytes\n{\"url\":");
        assertThat(web.times("/twice")).as("tried again").isEqualTo(2);
        assertThat(web.times("/late")).as("touched beyond its TTR").isEqualTo(1);
        assertThat(results(talk, 1 + good)).contains("/first", "/late", "/twice", "/good/199");
        Await.until("no connection is left", () -> work.connections() == connections);
        Await.until("the server has seen the last one close", () -> web.open() == 0);
        work.signal("TERM");
        assertThat(work.awaitEnd()).as(work.output()).isZero();
      }
    }
  }

  private static List<String> results(Talk talk, int count) throws IOException {
    talk.ask("watch results");
    talk.ask("ignore default");
    var all = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      all.add(talk.ask("reserve-with-timeout 10").body());
    }
    return all;
  }

  @Test
  void a_server_that_is_killed_loses_no_job_and_what_is_being_asked_is_given_up() throws Exception {
    var socket = folder.resolve("socket");
    var launch =
        RunningServer.serve(folder, folder.resolve("data"), "fsync")
            .options("--listen", "unix:" + socket);
    try (var web = new WebServer();
        var work =
            Supervisors.start(
                folder,
                "unix:" + socket,
                "--http",
                "--procs",
                Integer.toString(SLOTS),
                "--deadline",
                "1h",
                "--first-byte-deadline",
                "1h",
                "--finish",
                "100ms")) {
      try (var server = launch.start();
          var talk = server.connect()) {
        talk.ask("use work");
        assertThat(talk.put(web.url("/hang")).id()).isEqualTo(1);
        for (int i = 0; i < JOBS; i++) {
          talk.put(web.url("/good/" + i));
        }
        Await.until("it is in the middle", () -> web.asked().size() > JOBS / 4);
        server.kill9();
        Await.until("what hangs is given up", () -> web.open() == 0);
      }
      try (var server = launch.start();
          var talk = server.connect()) {
        Await.until("only what hangs is left", () -> web.times("/hang") >= 2 && isLast(talk));
        assertThat(new TreeSet<>(web.asked())).hasSize(JOBS + 1);
        work.signal("TERM");
        assertThat(work.awaitEnd()).as(work.output()).isZero();
        Await.until("what hangs is given up again", () -> web.open() == 0);
        assertThat(Told.of(talk, "show-job 1"))
            .containsEntry("state", "ready")
            .containsEntry("deaths", "0");
      }
    }
  }

  private static boolean isLast(Talk talk) throws IOException {
    return told(talk, "current-jobs-reserved") == 1
        && told(talk, "current-jobs-ready") == 0
        && told(talk, "current-jobs-delayed") == 0;
  }
}
