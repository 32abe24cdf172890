package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code headrace serve} is told to stop: work under way is done, none is begun, none is lost. */
@Execution(ExecutionMode.CONCURRENT)
final class GracefulStopIT {
  private static final int FIRST_CONNECTIONS = 5;

  @TempDir Path folder;

  private RunningServer.Launch launch() {
    return RunningServer.serve(folder, folder.resolve("data"), "fsync")
        .options("--admin-listen", "none");
  }

  private static void awaitDraining(RunningServer server, Talk talk) throws Exception {
    server.signal("TERM");
    Await.until("it drains", () -> talk.ask("stats").body().contains("\ndraining: true\n"));
    assertThat(talk.put("late").line()).isEqualTo("DRAINING");
  }

  @Test
  void a_job_that_is_held_is_done_and_then_the_server_ends() throws Exception {
    try (var server = launch().options("--drain-timeout", "1h").start();
        var worker = server.connect();
        var producer = server.connect()) {
      long id = producer.put("held").id();
      producer.put("next");
      worker.ask("reserve");
      awaitDraining(server, producer);
      assertThatThrownBy(server::connect).isInstanceOf(ConnectException.class);
      assertThat(worker.ask("touch " + id).line()).isEqualTo("TOUCHED");
      assertThat(producer.ask("reserve-with-timeout 100").line()).isEqualTo("TIMED_OUT");
      assertThat(worker.ask("delete " + id).line()).isEqualTo("DELETED");
      assertThat(server.awaitExit()).as(server.output()).isZero();
    }
    try (var server = launch().start();
        var talk = server.connect()) {
      assertThat(talk.ask("reserve").body()).isEqualTo("next");
      assertThat(talk.ask("stats").body()).contains("\ncurrent-jobs-ready: 0\n");
      assertThat(talk.put("x").line()).as("drains no more").startsWith("INSERTED ");
    }
  }

  @Test
  void a_client_may_ask_for_it_too() throws Exception {
    try (var server = launch().options("--drain-timeout", "1h").start();
        var worker = server.connect();
        var talk = server.connect()) {
      long id = talk.put("held").id();
      worker.ask("reserve");
      assertThat(talk.ask("shutdown").line()).isEqualTo("STOPPING");
      assertThat(talk.put("late").line()).isEqualTo("DRAINING");
      assertThat(worker.ask("delete " + id).line()).isEqualTo("DELETED");
      assertThat(server.awaitExit()).as(server.output()).isZero();
    }
  }

  @Test
  void who_waits_is_told_and_when_nothing_is_held_the_end_is_at_once() throws Exception {
    try (var server = launch().options("--drain-timeout", "1h").start();
        var patient = server.connect();
        var endless = server.connect();
        var talk = server.connect()) {
      patient.send("reserve-with-timeout 1000\r\n");
      endless.send("reserve\r\n");
      Await.until("both wait", () -> Told.number(talk, "stats", "current-waiting") == 2);
      server.signal("TERM");
      assertThat(patient.rest()).isEqualTo("TIMED_OUT\r\n");
      assertThat(endless.rest()).isEmpty();
      assertThat(server.awaitExit()).as(server.output()).isZero();
    }
  }

  @Test
  void who_waits_for_ever_and_holds_a_job_is_asked_to_finish_it() throws Exception {
    try (var server = launch().options("--drain-timeout", "1h").start();
        var worker = server.connect();
        var talk = server.connect()) {
      long id = talk.put("held").id();
      worker.ask("reserve");
      worker.send("reserve\r\n");
      Await.until("it waits", () -> Told.number(talk, "stats", "current-waiting") == 1);
      server.signal("TERM");
      assertThat(worker.reply().line()).isEqualTo("DEADLINE_SOON");
      assertThat(worker.ask("delete " + id).line()).isEqualTo("DELETED");
      assertThat(server.awaitExit()).as(server.output()).isZero();
    }
  }

  /** Whoever waits for its port may stop it at once. */
  @Test
  void a_signal_with_the_first_connection_ends_it_as_any_later_one() throws Exception {
    for (int round = 0; round < FIRST_CONNECTIONS; round++) {
      int port = RunningServer.freePort();
      var words =
          List.of(
              Tools.headrace(),
              "serve",
              "--data",
              "none",
              "--admin-listen",
              "none",
              "--listen",
              "127.0.0.1:" + port);
      var log = folder.resolve("first-" + round);
      var server = Run.start(words, folder, log);
      try {
        Await.until("it listens", () -> listensSoon(port));
        server.destroy();
        assertThat(server.waitFor(1, TimeUnit.MINUTES)).as(Files.readString(log)).isTrue();
        assertThat(server.exitValue()).as(Files.readString(log)).isZero();
      } finally {
        server.destroyForcibly();
      }
    }
  }

  /** Tries again and again, without a pause that the first moment could fall into. */
  private static boolean listensSoon(int port) throws IOException {
    for (int tries = 0; tries < 1_000; tries++) {
      try (var _ = Talk.to(port)) {
        return true;
      } catch (ConnectException e) {
        Thread.onSpinWait();
      }
    }
    return false;
  }

  @Test
  void a_job_that_is_not_done_in_time_is_there_after_the_next_start() throws Exception {
    try (var server = launch().options("--drain-timeout", "1s").start();
        var worker = server.connect()) {
      worker.put("held");
      worker.ask("reserve");
      server.signal("TERM");
      assertThat(server.awaitExit()).as(server.output()).isZero();
      assertThat(server.output()).contains("stopped with 1 jobs held");
    }
    try (var server = launch().start();
        var talk = server.connect()) {
      assertThat(talk.ask("reserve").body()).isEqualTo("held");
    }
  }

  @Test
  void a_second_signal_ends_it_at_once() throws Exception {
    try (var server = launch().options("--drain-timeout", "1h").start();
        var worker = server.connect();
        var producer = server.connect()) {
      producer.put("held");
      worker.ask("reserve");
      awaitDraining(server, producer);
      server.signal("TERM");
      assertThat(server.awaitExit()).as(server.output()).isZero();
      assertThat(worker.rest()).isEmpty();
    }
    try (var server = launch().start();
        var talk = server.connect()) {
      assertThat(talk.ask("reserve").body()).isEqualTo("held");
    }
  }
}
