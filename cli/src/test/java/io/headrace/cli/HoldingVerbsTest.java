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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Verbs that hold a job: only where its command died of it is that the death of a worker. */
final class HoldingVerbsTest {
  private final HeadraceServer server =
      HeadraceServer.start(
          new ServerOptions(
              "0.0.0", List.of(new ListenAddress.Tcp("127.0.0.1", 0)), 65_535, 64 << 20, 100));
  private final HeadraceClient client =
      HeadraceClient.connect(ServerAddress.parse(server.addresses().getFirst()));

  @BeforeEach
  void uses_a_tube() {
    client.use("t");
  }

  @AfterEach
  void stops_the_server() {
    client.close();
    server.close();
  }

  private Map<String, String> environment() {
    return Map.of("HEADRACE_SERVER", server.addresses().getFirst());
  }

  private Ran run(String... words) {
    return new Ran.Call(environment(), words).run();
  }

  private long put(String body) {
    var options = new JobOptions(7, Duration.ZERO, Duration.ofSeconds(60));
    var result = client.put(body.getBytes(StandardCharsets.UTF_8), options);
    return ((PutResult.Inserted) result).job();
  }

  private String state(long job) {
    return client.statsJob(job).map(facts -> facts.getOrDefault("state", "?")).orElse("gone");
  }

  private void assertAlive(long job) {
    Await.until("the job is back", () -> state(job).equals("ready"));
    assertThat(client.showJob(job))
        .hasValueSatisfying(shown -> {
          assertThat(shown.facts()).containsEntry("state", "ready").containsEntry("deaths", "0");
          assertThat(shown.attempts())
              .isNotEmpty()
              .allSatisfy(attempt -> assertThat(attempt).containsEntry("how", "released"));
        });
  }

  @Test
  void a_job_that_is_only_looked_at_was_not_the_death_of_anybody() {
    long job = put("in");
    assertThat(run("reserve", "-t", "t").exit()).isZero();
    assertAlive(job);
  }

  @Test
  void a_command_that_fails_or_cannot_be_run_has_not_died() {
    long job = put("in");
    assertThat(run("reserve", "-t", "t", "--", "sh", "-c", "exit 255").exit()).isEqualTo(1);
    assertThat(run("reserve", "-t", "t", "--", "/no/such/program").exit()).isEqualTo(2);
    assertAlive(job);
  }

  @Test
  void a_command_that_a_signal_ends_has_died_of_its_job() {
    long job = put("in");
    var ran = run("reserve", "-t", "t", "--", "sh", "-c", "kill -SEGV $$");
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.complaint())
        .contains("sh was ended by SIGSEGV; job " + job + " is reported as its death");
    assertThat(client.showJob(job))
        .hasValueSatisfying(shown -> {
          assertThat(shown.facts())
              .containsEntry("deaths", "1")
              .containsEntry("signature", "sh: SIGSEGV");
          assertThat(shown.attempts().getLast()).containsEntry("how", "died");
        });
    assertThat(client.peekDocket(job))
        .hasValueSatisfying(docket ->
            assertThat(docket.text())
                .isEqualTo("command: sh -c kill -SEGV $$\nexit: 139\nsh: SIGSEGV\n"));
  }

  @Test
  void what_was_said_of_failures_is_done_of_deaths_too() {
    long job = put("in");
    var ran = run("reserve", "-t", "t", "--on-failure", "bury", "--", "sh", "-c", "kill -KILL $$");
    assertThat(ran.complaint()).contains("sh exited with 137; job 1 buried");
    assertThat(client.statsJob(job))
        .hasValueSatisfying(facts -> assertThat(facts).containsEntry("state", "buried"));
  }

  @Test
  void a_verb_that_is_told_to_end_ends_its_command_and_gives_the_job_back() throws Exception {
    long job = put("in");
    var words = List.of("reserve", "-t", "t", "--", "sh", "-c", "echo; exec sleep 60");
    var verb = Ran.builder(environment(), words).start();
    try {
      assertThat(verb.inputReader().readLine()).as("the command runs").isEmpty();
      verb.toHandle().destroy();
      assertThat(verb.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertAlive(job);
    } finally {
      verb.destroyForcibly();
    }
  }

  @Test
  void a_bury_and_a_release_end_what_they_hold() {
    long job = put("in");
    assertThat(run("job", "bury", Long.toString(job)).exit()).isZero();
    assertThat(run("job", "release", Long.toString(job)).exit()).isZero();
    assertThat(client.showJob(job))
        .hasValueSatisfying(shown -> assertThat(shown.facts()).containsEntry("deaths", "0"));
  }
}
