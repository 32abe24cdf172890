package io.headrace.trials;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an operator may send to the process. Both programs do the same. */
final class SignalsIT {

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void SIGUSR1_drains(Peer peer) throws Exception {
    try (var server = launch(peer).start();
        var talk = server.connect()) {
      long id = talk.put("before").id();
      server.signal("USR1");
      Await.until("it drains", () -> talk.ask("stats").body().contains("\ndraining: true\n"));
      assertThat(talk.put("after").line()).isEqualTo("DRAINING");
      assertThat(talk.ask("reserve").line()).isEqualTo("RESERVED " + id + " 6");
      assertThat(talk.ask("delete " + id).line()).isEqualTo("DELETED");
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_drained_server_takes_jobs_again_when_it_is_started_again(Peer peer) throws Exception {
    try (var server = launch(peer).start();
        var talk = server.connect()) {
      server.signal("USR1");
      Await.until("it drains", () -> talk.put("x").line().equals("DRAINING"));
    }
    try (var server = launch(peer).start();
        var talk = server.connect()) {
      assertThat(talk.put("x").line()).startsWith("INSERTED ");
    }
  }

  @ParameterizedTest
  @EnumSource
  void SIGTERM_ends_it_as_a_signal_does_and_keeps_all(Peer peer) throws Exception {
    long id;
    try (var server = launch(peer).start();
        var talk = server.connect();
        var waiting = server.connect()) {
      id = talk.put("kept").id();
      talk.ask("reserve-job " + id);
      waiting.send("reserve\r\n");
      server.signal("TERM");
      assertThat(server.awaitExit()).as(server.output()).isEqualTo(128 + 15);
      assertThat(waiting.rest()).isEmpty();
    }
    try (var server = launch(peer).start();
        var talk = server.connect()) {
      assertThat(talk.ask("reserve").body()).isEqualTo("kept");
      assertThat(talk.put("next").id()).isGreaterThan(id);
    }
  }

  @ParameterizedTest
  @EnumSource
  void SIGINT_ends_it_too(Peer peer) throws Exception {
    try (var server = launch(peer).start()) {
      server.signal("INT");
      assertThat(server.awaitExit()).as(server.output()).isEqualTo(128 + 2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void SIGPIPE_is_ignored(Peer peer) throws Exception {
    try (var server = launch(peer).start();
        var talk = server.connect()) {
      server.signal("PIPE");
      assertThat(talk.put("x").line()).startsWith("INSERTED ");
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_stopped_server_goes_on_where_it_was(Peer peer) throws Exception {
    try (var server = launch(peer).start();
        var talk = server.connect();
        var holder = server.connect()) {
      long id = talk.put(100, 0, 1000, "held").id();
      holder.ask("reserve");
      server.signal("STOP");
      Await.until("all of it is stopped", () -> isStopped(server));
      talk.send("put 1 0 10 4\r\nlate\r\n");
      assertThat(talk.hasReply()).isFalse();
      server.signal("CONT");
      assertThat(talk.reply().line()).startsWith("INSERTED ");
      assertThat(holder.ask("touch " + id).line()).isEqualTo("TOUCHED");
      assertThat(holder.ask("delete " + id).line()).isEqualTo("DELETED");
    }
  }

  /** Whether every thread is: kill(2) returns before they are. */
  private static boolean isStopped(RunningServer server) throws IOException {
    try (var threads = Files.list(Path.of("/proc", Long.toString(server.pid()), "task"))) {
      return threads.allMatch(SignalsIT::isThreadStopped);
    }
  }

  private static boolean isThreadStopped(Path thread) {
    try {
      var stat = Files.readString(thread.resolve("stat"), ISO_8859_1);
      // The state follows the name, which is in parentheses.
      return stat.startsWith(" T", stat.lastIndexOf(')') + 1);
    } catch (IOException e) {
      // It has ended meanwhile, so not all were stopped.
      return false;
    }
  }

  private RunningServer.Launch launch(Peer peer) throws IOException {
    return RunningServer.of(peer, folder).data(folder.resolve("data"), 0);
  }
}
