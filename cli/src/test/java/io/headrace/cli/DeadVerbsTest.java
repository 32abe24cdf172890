package io.headrace.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.client.DiedResult;
import io.headrace.client.HeadraceClient;
import io.headrace.client.JobOptions;
import io.headrace.client.PolicyResult;
import io.headrace.client.PutResult;
import io.headrace.client.ReserveResult;
import io.headrace.client.ServerAddress;
import io.headrace.server.HeadraceServer;
import io.headrace.server.ListenAddress;
import io.headrace.server.ServerOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is done about jobs that policies have ended, against a server over a socket. */
final class DeadVerbsTest {
  private static final String RELEASED = "(exhausted, released)";

  private final HeadraceServer server =
      HeadraceServer.start(
          new ServerOptions(
              "0.0.0", List.of(new ListenAddress.Tcp("127.0.0.1", 0)), 65_535, 64 << 20, 100));
  private final HeadraceClient client =
      HeadraceClient.connect(ServerAddress.parse(server.addresses().getFirst()));

  @BeforeEach
  void a_job_may_be_tried_once() {
    client.use("t");
    client.watchOnly(List.of("t"));
    assertThat(client.setTube("t", List.of("max-attempts=1"))).isEqualTo(new PolicyResult.Done());
  }

  @AfterEach
  void stops_the_server() {
    client.close();
    server.close();
  }

  private Ran run(String... words) {
    return new Ran.Call(Map.of("HEADRACE_SERVER", server.addresses().getFirst()), words).run();
  }

  private long put(String body) {
    var result = client.put(body.getBytes(StandardCharsets.UTF_8), JobOptions.DEFAULT);
    return ((PutResult.Inserted) result).job();
  }

  private long reserved(String body) {
    long job = put(body);
    assertThat(client.reserve(Duration.ZERO)).isInstanceOf(ReserveResult.Reserved.class);
    return job;
  }

  /** A job that was released once too often. */
  private long dead(String body) {
    long job = reserved(body);
    assertThat(client.release(job, 7, Duration.ZERO)).isTrue();
    assertThat(fact(job, "state")).isEqualTo("buried");
    return job;
  }

  private String fact(long job, String key) {
    return client.showJob(job).map(shown -> shown.facts().getOrDefault(key, "?")).orElse("gone");
  }

  private static String id(long job) {
    return Long.toString(job);
  }

  @Test
  void the_dead_are_listed_by_what_they_have_in_common() {
    dead("a");
    dead("b");
    long killer = reserved("c");
    var docket = "command: php\nphp: SIGSEGV\n".getBytes(StandardCharsets.UTF_8);
    assertThat(client.died(killer, docket)).isEqualTo(DiedResult.DIED);
    var ran = run("dead", "list");
    assertThat(ran.exit()).as(ran.toString()).isZero();
    assertThat(ran.out())
        .startsWith("jobs  dropped  cause      how ")
        .containsPattern("(?m)^ +2 +0  exhausted  released .* 1  t +\\(exhausted, released\\)$")
        .containsPattern("(?m)^ +1 +0  exhausted  died .* 3  t +php: SIGSEGV$");
    assertThat(run("dead", "list", "t", "--json").out())
        .contains("\"jobs\":2,\"dropped\":0,\"cause\":\"exhausted\",\"how\":\"released\"");
    assertThat(run("dead", "list", "other").out()).isEqualTo("there is no dead job\n");
    assertThat(run("dead", "list", "--max", "0").exit()).isEqualTo(2);
  }

  @Test
  void what_has_ended_for_good_is_listed_apart() {
    client.setTube("t", List.of("on-end=drop"));
    long job = reserved("a");
    client.release(job, 7, Duration.ZERO);
    var ran = run("dead", "list", "--ended");
    assertThat(ran.out())
        .startsWith("there is no dead job\n\nEnded for good")
        .containsPattern("(?m)^ +1  t +exhausted ");
    assertThat(run("dead", "list", "--ended", "--json").out())
        .startsWith("{\"dead\":[],\"ended\":[{\"id\":1,\"tube\":\"t\",\"cause\":\"exhausted\"");
    assertThat(run("dead", "show", id(job)).out()).contains("ended for good", "how: released");
  }

  @Test
  void all_of_more_than_a_page_are_found() {
    for (int i = 0; i < 1001; i++) {
      reserved("x");
      assertThat(client.release(i + 1, 7, Duration.ZERO)).isTrue();
    }
    assertThat(run("dead", "list", "--json").out()).startsWith("[{\"jobs\":1001,");
  }

  @Test
  void a_dead_job_is_shown_with_every_attempt_and_its_docket() {
    long job = reserved("a");
    var docket = "secret \u001b[31m\u00e9\nsh: SIGSEGV\n".getBytes(StandardCharsets.UTF_8);
    assertThat(client.died(job, docket)).isEqualTo(DiedResult.DIED);
    var ran = run("dead", "show", id(job));
    assertThat(ran.exit()).isZero();
    assertThat(ran.out())
        .contains("cause: exhausted\n", "signature: sh: SIGSEGV\n")
        .containsPattern("(?m)^attempt  how +since +until +peer +session +touches  beside$")
        .containsPattern("(?m)^ +1  died  \\d{4}-.* 127\\.0\\.0\\.1:\\d+ ")
        .contains(
            "docket, 27 bytes:\nsecret \\x1b[31m\u00e9\nsh: SIGSEGV\n\n'headrace capture show 1'")
        .containsOnlyOnce("secret");
    assertThat(run("dead", "show", id(job), "--json").out())
        .contains("\"attempts\":[{\"attempt\":1,\"session\":\"")
        .contains("\"evidence\":{\"body\":\"secret \\u001b[31m\u00e9\\nsh: SIGSEGV\\n\"}");
    assertThat(run("job", "show", id(job)).out()).contains("docket: 2\n", "1  died  ");
    var none = run("dead", "show", "99");
    assertThat(none.exit()).isEqualTo(1);
    assertThat(none.complaint()).contains("there is no job 99", "dead undo 99");
  }

  /** A worker takes this job, says something more, and is gone without {@code quit}. */
  private void die(long job, String last) throws IOException {
    var address = server.addresses().getFirst();
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      var replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      socket.getOutputStream().write(("reserve-job " + job + "\r\n").getBytes(US_ASCII));
      assertThat(replies.readLine()).startsWith("RESERVED " + job + " ");
      socket.getOutputStream().write(last.getBytes(US_ASCII));
      // Its kernel has sent all: a reset would overtake what the server has not read.
      socket.shutdownOutput();
      replies.lines().forEach(_ -> {});
    }
  }

  @Test
  void what_a_dead_holder_sent_last_is_shown_with_its_attempt() throws IOException {
    long job = put("a");
    die(job, "touch 1\r\nput 0 0 60 100\r\nhalf of it");
    var said = "reserve-job 1\\r\\ntouch 1\\r\\nput 0 0 60 100\\r\\nhalf of it";
    var ran = run("dead", "show", id(job));
    assertThat(ran.out())
        .containsPattern("(?m)^attempt  how .* touches  beside  last-sent$")
        .containsPattern("(?m)^ +1  died .* 1 +0  " + Pattern.quote(said) + "$");
    assertThat(run("dead", "show", id(job), "--json").out())
        .contains("\"last-sent\":\"" + said.replace("\\", "\\\\") + "\"");
    assertThat(run("job", "show", id(job)).out()).contains(said);
  }

  @Test
  void of_twenty_that_die_at_once_each_tells_what_it_sent_last() throws IOException {
    for (int i = 1; i <= 20; i++) {
      die(put("a"), "half " + i);
    }
    for (int i = 1; i <= 20; i++) {
      assertThat(run("dead", "show", id(i)).out()).contains("reserve-job " + i + "\\r\\nhalf " + i);
    }
  }

  @Test
  void what_was_sent_last_is_left_of_a_job_that_is_gone() throws IOException {
    client.setTube("t", List.of("max-deaths=0", "on-end=drop"));
    die(put("a"), "half");
    assertThat(run("dead", "show", "1").out())
        .contains("ended for good", "how: died", "last-sent: reserve-job 1\\r\\nhalf");
  }

  @Test
  void single_jobs_are_retried_dropped_and_brought_back() {
    long job = dead("a");
    long other = put("b");
    var dropped = run("dead", "drop", id(job), id(other));
    assertThat(dropped.exit()).isEqualTo(1);
    assertThat(dropped.out()).isEqualTo("job 1 dropped\n");
    assertThat(dropped.err())
        .contains("job 2 was not dropped: it is neither dead nor buried")
        .contains("can be undone for an hour, by 'headrace dead undo 1'");
    assertThat(fact(job, "state")).isEqualTo("gone");
    assertThat(run("dead", "undo", id(job)).out()).isEqualTo("job 1 brought back\n");
    assertThat(fact(job, "state")).isEqualTo("buried");
    var retried = run("dead", "retry", id(job), "--json");
    assertThat(retried).isEqualTo(new Ran(0, "{\"id\":1,\"result\":\"retried\"}\n", ""));
    assertThat(fact(job, "state")).isEqualTo("ready");
  }

  @Test
  void a_reserve_says_that_a_policy_has_ended_its_job() {
    put("a");
    assertThat(run("reserve", "-t", "t", "--", "false").complaint())
        .contains("false exited with 1; job 1 is exhausted now: 'headrace dead show 1' tells");
  }

  @Test
  void many_are_only_counted_until_yes_is_said() {
    dead("a");
    dead("b");
    dead("c");
    for (var act : List.of("retry", "drop")) {
      var asked = run("dead", act, "--signature", RELEASED, "--limit", "2");
      assertThat(asked.exit()).isEqualTo(2);
      assertThat(asked.out()).containsPattern("(?m)^t +2  1 2$");
      assertThat(asked.complaint()).contains("this would " + act + " 2 jobs; say --yes");
    }
    var dropped = run("dead", "drop", "--signature", RELEASED, "--limit", "2", "--yes");
    assertThat(dropped.out()).isEqualTo("2 jobs dropped\n");
    assertThat(dropped.complaint())
        .contains("'headrace dead undo --signature '(exhausted, released)' --yes'");
    assertThat(run("dead", "undo", "--signature", RELEASED, "--tube", "t", "--yes").out())
        .isEqualTo("2 jobs brought back\n");
    var paced = run("dead", "retry", "--signature", RELEASED, "--rate", "50", "--yes", "--json");
    assertThat(paced).isEqualTo(new Ran(0, "{\"retried\":3,\"left\":0}\n", ""));
    assertThat(client.statsTube("t"))
        .hasValueSatisfying(facts -> assertThat(facts).containsEntry("current-jobs-ready", "3"));
    assertThat(run("dead", "retry", "--signature", RELEASED, "--yes").complaint())
        .contains("no dead job has the signature");
  }

  @Test
  void when_a_canary_is_done_with_the_others_follow() throws Exception {
    dead("a");
    dead("b");
    dead("c");
    var worker = Thread.ofPlatform().daemon().start(this::deletes_the_first_that_comes);
    var ran = run("dead", "retry", "--signature", RELEASED, "--canary", "1", "--yes");
    worker.join();
    assertThat(ran).isEqualTo(new Ran(0, "3 jobs retried\n", ""));
    assertThat(client.showJob(1)).isEmpty();
    assertThat(fact(3, "state")).isEqualTo("ready");
  }

  private void deletes_the_first_that_comes() {
    if (client.reserve(Duration.ofSeconds(60)) instanceof ReserveResult.Reserved(var job)) {
      client.delete(job.id());
    }
  }

  @Test
  void when_a_canary_dies_again_the_others_are_left_alone() throws Exception {
    dead("a");
    dead("b");
    var worker = Thread.ofPlatform().daemon().start(this::releases_the_first_that_comes);
    var ran = run("dead", "retry", "--signature", RELEASED, "--canary", "1", "--yes");
    worker.join();
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out()).isEqualTo("1 job retried\n");
    assertThat(ran.complaint()).contains("job 1 died again", "left alone: 1 job");
    assertThat(fact(2, "state")).isEqualTo("buried");
  }

  private void releases_the_first_that_comes() {
    if (client.reserve(Duration.ofSeconds(60)) instanceof ReserveResult.Reserved(var job)) {
      client.release(job.id(), 7, Duration.ZERO);
    }
  }

  @Test
  void a_canary_that_nobody_takes_is_not_waited_for_long() {
    dead("a");
    dead("b");
    var ran =
        run("dead", "retry", "--signature", RELEASED, "--canary", "1", "--wait", "300ms", "--yes");
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.complaint()).contains("1 of 1 canaries", "left alone: 1 job");
  }

  @Test
  void wrong_usage_is_said_in_one_line_and_changes_nothing() {
    long job = dead("a");
    for (var words :
        List.of(
            List.of("dead", "retry"),
            List.of("dead", "retry", "x"),
            List.of("dead", "retry", "1", "--signature", RELEASED),
            List.of("dead", "retry", "1", "--canary", "1"),
            List.of("dead", "retry", "1", "--tube", "t"),
            List.of("dead", "retry", "1", "--rate", "0"),
            List.of("dead", "drop", "--signature", RELEASED, "--limit", "0"),
            List.of("dead", "retry", "--signature", RELEASED, "--canary", "1", "--wait", "61s"),
            List.of("dead", "retry", "--signature", RELEASED, "--wait", "1s"),
            List.of("dead", "drop", "1", "--canary", "1"),
            List.of("dead", "show"))) {
      var ran = run(words.toArray(String[]::new));
      assertThat(ran.exit()).as("%s: %s", words, ran).isEqualTo(2);
      assertThat(ran.complaint()).as("%s", words).isNotEmpty();
    }
    assertThat(fact(job, "state")).isEqualTo("buried");
  }
}
