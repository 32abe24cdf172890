package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.client.HeadraceClient;
import io.headrace.client.JobOptions;
import io.headrace.client.PutResult;
import io.headrace.client.ServerAddress;
import io.headrace.server.HeadraceServer;
import io.headrace.server.ListenAddress;
import io.headrace.server.ServerOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs as processes, against a server over a socket. */
final class VerbsTest {
  private static final long MEMORY_BYTES = 64 << 20;

  @TempDir private Path folder;

  private HeadraceServer server = start();
  private HeadraceClient client = connect(server);

  private static HeadraceServer start() {
    return HeadraceServer.start(
        new ServerOptions(
            "0.0.0", List.of(new ListenAddress.Tcp("127.0.0.1", 0)), 65_535, MEMORY_BYTES, 100));
  }

  private static HeadraceClient connect(HeadraceServer server) {
    return HeadraceClient.connect(ServerAddress.parse(server.addresses().getFirst()));
  }

  @BeforeEach
  void uses_a_tube() {
    client.use("t");
  }

  @AfterEach
  void stops_the_server() {
    client.close();
    server.close();
  }

  private Ran run(String... words) {
    return call(words).run();
  }

  private Ran.Call call(String... words) {
    return new Ran.Call(Map.of("HEADRACE_SERVER", server.addresses().getFirst()), words);
  }

  private long put(String body) {
    return put(body, Duration.ofSeconds(60));
  }

  private long put(String body, Duration ttr) {
    var options = new JobOptions(7, Duration.ZERO, ttr);
    var result = client.put(body.getBytes(StandardCharsets.UTF_8), options);
    return ((PutResult.Inserted) result).job();
  }

  private String state(long job) {
    return client.statsJob(job).map(facts -> facts.getOrDefault("state", "?")).orElse("gone");
  }

  @Test
  void a_put_prints_the_id_and_a_reserve_the_body() {
    assertThat(run("put", "--tube", "t", "--pri", "3", "h\u00e9llo"))
        .isEqualTo(new Ran(0, "1\n", ""));
    assertThat(client.statsJob(1)).hasValueSatisfying(f -> assertThat(f).containsEntry("pri", "3"));
    var ran = run("reserve", "--tube", "t", "--timeout", "0", "--delete");
    assertThat(ran).isEqualTo(new Ran(0, "h\u00e9llo", "headrace: job 1 of tube t\n"));
    assertThat(state(1)).isEqualTo("gone");
  }

  @Test
  void a_body_comes_from_stdin_or_from_a_file() throws Exception {
    assertThat(call("put", "-t", "t").reading("a\nb\n").run().exit()).isZero();
    assertThat(client.peek(1))
        .hasValueSatisfying(job -> assertThat(job.text()).isEqualTo("a\nb\n"));
    var file = Files.writeString(folder.resolve("f"), "from a file");
    assertThat(run("put", "-t", "t", "--file", file.toString(), "--json").out())
        .contains("\"id\":2");
    assertThat(client.peek(2))
        .hasValueSatisfying(job -> assertThat(job.text()).isEqualTo("from a file"));
    var gone = run("put", "--file", folder.resolve("nope").toString());
    assertThat(gone.exit()).isEqualTo(2);
    assertThat(gone.complaint()).contains("nope").contains("there is no such file");
  }

  @Test
  void a_put_with_a_key_prints_the_first_id_again() {
    assertThat(run("put", "-t", "t", "--key", "order-7", "a")).isEqualTo(new Ran(0, "1\n", ""));
    assertThat(client.delete(1)).isTrue();
    assertThat(run("put", "-t", "t", "--key", "order-7", "a")).isEqualTo(new Ran(0, "1\n", ""));
    assertThat(run("put", "-t", "t", "--key", "order-7", "--json", "a").out())
        .contains("\"id\":1", "\"known\":true");
    assertThat(run("put", "-t", "t", "--key", "order-8", "--json", "b").out())
        .contains("\"id\":2")
        .doesNotContain("known");
  }

  @Test
  void each_line_is_a_job_and_the_last_needs_no_end() {
    var ran = call("put", "--lines", "-t", "t").reading("one\n\nthree").run();
    assertThat(ran).isEqualTo(new Ran(0, "1\n2\n3\n", ""));
    assertThat(client.peek(2)).hasValueSatisfying(job -> assertThat(job.body()).isEmpty());
    assertThat(client.peek(3)).hasValueSatisfying(job -> assertThat(job.text()).isEqualTo("three"));
  }

  @Test
  void a_refused_line_is_named_with_the_reason_and_what_was_put() {
    var ran = call("put", "--lines").reading("small\n" + "x".repeat(65_536) + "\nsmall\n").run();
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out()).startsWith("1\n");
    assertThat(ran.complaint()).contains("stdin line 2").contains("max-job-size of 65535");
  }

  @Test
  void a_command_that_succeeds_deletes_its_job_and_knows_its_id() {
    long job = put("in");
    var ran =
        run(
            "reserve",
            "-t",
            "t",
            "--",
            "sh",
            "-c",
            "cat; echo \" $HEADRACE_JOB_ID $HEADRACE_TUBE\"");
    assertThat(ran).isEqualTo(new Ran(0, "in " + job + " t\n", ""));
    assertThat(state(job)).isEqualTo("gone");
  }

  @Test
  void a_command_that_fails_releases_its_job_or_does_what_was_said() {
    long job = put("in");
    var ran = run("reserve", "-t", "t", "--", "sh", "-c", "exit 3");
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.complaint()).contains("sh exited with 3; job " + job + " released");
    assertThat(state(job)).isEqualTo("ready");
    assertThat(run("reserve", "-t", "t", "--on-failure", "bury", "--", "false").exit())
        .isEqualTo(1);
    assertThat(state(job)).isEqualTo("buried");
    assertThat(client.statsJob(job))
        .hasValueSatisfying(facts -> assertThat(facts).containsEntry("pri", "7"));
  }

  @Test
  void a_command_that_is_ended_with_its_verb_still_decides_by_its_exit() throws Exception {
    long job = put("in");
    var words =
        List.of(
            "reserve",
            "-t",
            "t",
            "--",
            "sh",
            "-c",
            "trap 'exit 0' TERM; echo; while :; do sleep 0.1; done");
    var verb = Ran.builder(Map.of("HEADRACE_SERVER", server.addresses().getFirst()), words).start();
    try {
      assertThat(verb.inputReader().readLine()).as("the command runs").isEmpty();
      verb.toHandle().destroy();
      assertThat(verb.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(verb.errorReader().readAllAsString()).isEmpty();
      assertThat(state(job)).isEqualTo("gone");
    } finally {
      verb.destroyForcibly();
    }
  }

  @Test
  void a_job_is_touched_while_its_command_runs() {
    long job = put("a time to run that is shorter than its run", Duration.ofSeconds(3));
    assertThat(run("reserve", "-t", "t", "--", "sleep", "4").exit()).isZero();
    assertThat(state(job)).isEqualTo("gone");
    assertThat(client.stats()).containsEntry("job-timeouts", "0");
  }

  @Test
  void a_job_that_nobody_decided_on_goes_back() {
    long job = put("in");
    var ran = run("reserve", "-t", "t", "--json");
    assertThat(ran.exit()).isZero();
    assertThat(ran.out()).isEqualTo("{\"id\":1,\"tube\":\"t\",\"body\":\"in\"}\n");
    assertThat(ran.complaint()).contains("job " + job + " goes back now");
    Await.until("the job is back", () -> state(job).equals("ready"));
  }

  @Test
  void no_job_in_time_is_a_no() {
    var ran = run("reserve", "-t", "t", "-t", "u", "--timeout", "0");
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.complaint()).isEqualTo("headrace: no job came in tubes t, u");
  }

  @Test
  void jobs_are_looked_at_and_moved_by_their_id() {
    long job = put("in");
    var id = Long.toString(job);
    assertThat(run("job", "peek", id).out()).isEqualTo("in");
    assertThat(run("job", "show", id).out()).contains("state: ready").contains("pri: 7");
    assertThat(run("job", "bury", id).exit()).isZero();
    assertThat(state(job)).isEqualTo("buried");
    assertThat(run("job", "list", "t", "--json").out()).contains("\"state\":\"buried\",\"pri\":7");
    assertThat(run("job", "list", "--tube", "t").out()).contains("buried");
    assertThat(run("job", "list", "t", "--tube", "t").exit()).isEqualTo(2);
    assertThat(run("job", "kick", id).exit()).isZero();
    assertThat(state(job)).isEqualTo("ready");
    assertThat(run("job", "release", id, "--delay", "1h").exit()).isZero();
    assertThat(state(job)).isEqualTo("delayed");
    assertThat(run("job", "kick", "--tube", "t", "--max", "9").out()).isEqualTo("1 kicked\n");
    var deleted = run("job", "delete", id, "99");
    assertThat(deleted.exit()).isEqualTo(1);
    assertThat(deleted.out()).isEqualTo("job 1 deleted\n");
    assertThat(deleted.complaint()).contains("job 99 was not deleted: there is no such job");
  }

  @Test
  void a_move_that_is_refused_leaves_the_job_as_it_was() {
    var id = Long.toString(put("in"));
    assertThat(run("job", "release", id, "--delay", "1h").exit()).isZero();
    for (var move : List.of("bury", "release")) {
      var ran = run("job", move, id, "--pri", "4294967296");
      assertThat(ran.exit()).as(ran.toString()).isEqualTo(2);
      assertThat(ran.complaint()).contains("0 to 4294967295, not 4294967296");
      assertThat(state(1)).isEqualTo("delayed");
    }
  }

  @Test
  void a_body_ends_its_line_on_a_terminal_and_nowhere_else() throws Exception {
    put("hello");
    assertThat(run("job", "peek", "1").out()).isEqualTo("hello");
    var log = folder.resolve("typescript");
    var words = List.of("job", "peek", "1", "--server", server.addresses().getFirst());
    var command = String.join("' '", Ran.builder(Map.of(), words).command());
    var script =
        new ProcessBuilder("script", "-q", "-e", "-c", "'" + command + "'", log.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(script.waitFor()).isZero();
    assertThat(log).content().contains("hello\r\nheadrace: job 1\r\n");
  }

  @Test
  void tubes_are_listed_paused_and_cleared() {
    put("in");
    assertThat(run("tube", "list").out()).containsPattern("(?m)^t +1 +0 +0 +0");
    assertThat(run("tube", "pause", "t", "--for", "1h").exit()).isZero();
    assertThat(run("tube", "stats", "t", "--json").out()).contains("\"pause\":3600");
    var asked = run("tube", "clear", "t");
    assertThat(asked.exit()).isEqualTo(2);
    assertThat(asked.complaint()).contains("holds 1 jobs").contains("--yes");
    assertThat(run("tube", "clear", "t", "--yes").out()).contains("cleared of 1 jobs");
    assertThat(run("tube", "stats", "nope").complaint()).contains("there is no tube nope");
  }

  @Test
  void policies_are_set_and_shown_with_their_origin() {
    assertThat(run("tube", "set", "mail", "max-deaths=5", "rate=10/s"))
        .isEqualTo(new Ran(0, "tube mail: max-deaths=5 rate=10/s set\n", ""));
    assertThat(run("tube", "show", "mail").out())
        .containsPattern("(?m)^policy +value +origin$")
        .containsPattern("(?m)^max-deaths +5 +this tube$")
        .containsPattern("(?m)^on-end +bury +built in$")
        .containsPattern("(?m)^health: well$")
        .contains("current-jobs-ready: 0\n");
    assertThat(run("tube", "show", "mail", "--json").out())
        .startsWith(
            "{\"policies\":[{\"policy\":\"max-deaths\",\"value\":\"5\",\"origin\":\"this tube\"}")
        .contains("\"health\":\"well\"");
    assertThat(run("tube", "show", "nope").complaint()).contains("there is no tube nope");
  }

  @Test
  void a_policy_that_the_server_refuses_changes_nothing() {
    for (var words :
        List.of(
            List.of("max-deaths=5", "rate=fast"),
            List.of("max-deaths=5", "nope=1"),
            List.of("max-deaths=5", "burst=3"),
            List.of("max-deaths=5 rate=1/s"),
            List.<String>of())) {
      var line = Stream.concat(Stream.of("tube", "set", "mail"), words.stream());
      var ran = run(line.toArray(String[]::new));
      assertThat(ran.exit()).as("%s: %s", words, ran).isEqualTo(2);
      assertThat(ran.complaint()).as("%s", words).isNotEmpty();
    }
    assertThat(run("tube", "set", "mail", "rate=fast").complaint())
        .isEqualTo(
            "headrace: rate: 'fast' is no rate; write jobs in a time, as 10/s, 5/m, 100/h or 1/d");
    assertThat(client.listTubes()).doesNotContain("mail");
  }

  @Test
  void connections_are_listed_and_closed() {
    assertThat(run("connection", "list").out()).contains("127.0.0.1:");
    assertThat(run("connection", "close", "999").complaint()).contains("no connection 999");
  }

  @Test
  void a_draining_server_refuses_puts_until_that_is_off() {
    assertThat(run("server", "drain").exit()).isZero();
    var refused = run("put", "x");
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.complaint()).contains("drains").contains("--off");
    assertThat(run("server", "drain", "--off").exit()).isZero();
    assertThat(run("put", "x").exit()).isZero();
  }

  @Test
  void a_bench_accounts_for_every_job() {
    var address = server.addresses().getFirst();
    var pid = Long.toString(ProcessHandle.current().pid());
    var ran = run("bench", "--server", address, "--server-pid", pid, "--jobs", "3000", "--json");
    assertThat(ran.exit()).as(ran.toString()).isZero();
    assertThat(ran.out())
        .contains("\"acknowledged\":6000,\"taken\":6000,\"deleted\":6000,\"lost\":0")
        .contains("\"phase\":\"mixed\"")
        .contains("\"clean\":true");
  }

  @Test
  void an_unreachable_server_is_said_in_one_line() {
    var ran = run("put", "--server", "127.0.0.1:1", "x");
    assertThat(ran.exit()).isEqualTo(3);
    assertThat(ran.complaint())
        .contains("127.0.0.1:1")
        .contains("'headrace serve' starts a server");
  }

  @Test
  void wrong_usage_is_said_in_one_line_and_changes_nothing() {
    for (var words :
        List.of(
            List.of("putt"),
            List.of("put", "--nope", "x"),
            List.of("put", "--delay", "500ms", "x"),
            List.of("put", "--tube", "a b", "x"),
            List.of("put", "--key", "a b", "x"),
            List.of("put", "--key", "k", "--lines"),
            List.of("put", "--server", "a:b:c", "x"),
            List.of("job", "delete", "x"),
            List.of("reserve", "--delete", "--bury"),
            List.of("bench", "--size", "3"))) {
      var ran = run(words.toArray(String[]::new));
      assertThat(ran.exit()).as("%s: %s", words, ran).isEqualTo(2);
      assertThat(ran.complaint()).as("%s", words).isNotEmpty();
    }
    assertThat(client.stats()).containsEntry("total-jobs", "0");
  }
}
