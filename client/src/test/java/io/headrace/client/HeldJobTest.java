package io.headrace.client;

import static io.headrace.client.Scene.HEADRACE;
import static io.headrace.client.Scene.HOLDER;
import static io.headrace.client.Scene.LONG;
import static io.headrace.client.Scene.SHORT;
import static io.headrace.client.Scene.assertNotDone;
import static io.headrace.client.Scene.assertUnknown;
import static io.headrace.client.Scene.failure;
import static io.headrace.client.Scene.then;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.client.Scene.Quiet;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Jobs that a {@link JobClient} holds. */
final class HeldJobTest {
  private final Quiet listener = new Quiet();

  private JobClient client(ScriptedServer server, Duration patience) {
    return Scene.client(server, patience, listener);
  }

  @Test
  void a_job_is_held_and_ended_by_one_connection_which_is_used_again() throws Exception {
    try (var server =
            ScriptedServer.of(
                HEADRACE,
                then(
                    HOLDER,
                    "touch 5\r\n",
                    "TOUCHED\r\n",
                    "delete 5\r\n",
                    "DELETED\r\n",
                    "reserve-with-timeout 0\r\n",
                    "TIMED_OUT\r\n"));
        var client = client(server, LONG)) {
      var job = client.reserve(Duration.ofSeconds(1), "mail").orElseThrow();
      assertThat(job.text()).isEqualTo("x");
      assertThat(job.touch()).isTrue();
      assertThat(job.delete()).isTrue();
      assertThat(client.reserve(Duration.ZERO, "mail")).isEmpty();
    }
  }

  @Test
  void a_job_whose_connection_is_lost_is_not_ended_by_another() throws Exception {
    try (var server = ScriptedServer.of(HEADRACE, then(HOLDER, "", "CLOSE"));
        var client = client(server, LONG)) {
      var job = client.reserve(Duration.ofSeconds(1), "mail").orElseThrow();
      listener.awaitLost();
      assertThat(job.isLost()).isTrue();
      var failed = failure(job::delete);
      assertNotDone(failed);
      assertThat(failed).hasMessageContaining("the server closed the connection");
    }
  }

  @Test
  void a_job_that_is_not_ended_is_given_back_by_quit() throws Exception {
    try (var server = ScriptedServer.of(HEADRACE, then(HOLDER, "quit\r\n", ""));
        var client = client(server, LONG)) {
      client.reserve(Duration.ofSeconds(1), "mail").orElseThrow().close();
      server.awaitAnswers(1 + 5);
    }
  }

  @Test
  void a_reserve_has_its_timeout_and_the_patience() throws Exception {
    var start = System.nanoTime();
    var silent = then(HOLDER.subList(0, HOLDER.size() - 1), "");
    try (var server = ScriptedServer.of(HEADRACE, silent);
        var client = client(server, SHORT)) {
      assertUnknown(failure(() -> client.reserve(Duration.ofSeconds(1), "mail")));
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThan(Duration.ofSeconds(1).plus(SHORT))
          .isLessThan(LONG);
    }
  }
}
