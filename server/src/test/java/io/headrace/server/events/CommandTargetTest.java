package io.headrace.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommandTargetTest {
  private static final Duration LONG = Duration.ofSeconds(Patience.SECONDS);
  private static final Telling TELLING =
      new Telling(Event.of(EventKind.DRAINING, 0, "it drains").with("key", "ä"), 2);

  @TempDir private Path folder;

  private static Outcome tell(String command, Duration timeout) throws InterruptedException {
    try (var target = new CommandTarget(command, timeout)) {
      return target.tell(TELLING, 5);
    }
  }

  private static String whyNot(String command, Duration timeout) throws InterruptedException {
    Outcome outcome = tell(command, timeout);
    assertThat(outcome).isInstanceOf(Outcome.NotTold.class);
    return outcome instanceof Outcome.NotTold(var why) ? why : "";
  }

  private List<Long> pids(Path file) {
    try {
      return Files.exists(file)
          ? Files.readAllLines(file).stream().map(Long::parseLong).toList()
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void a_command_gets_the_event_as_a_line_on_stdin() throws Exception {
    Path file = folder.resolve("got");
    assertThat(tell("cat > " + file, LONG)).isEqualTo(new Outcome.Told());
    assertThat(file).hasContent(EventJson.of(TELLING, 5) + "\n");
  }

  @Test
  void a_command_that_fails_is_reported_with_its_code_and_what_it_said() throws Exception {
    assertThat(whyNot("echo out; echo 'no route' >&2; echo to host >&2; exit 3", LONG))
        .isEqualTo("ended with code 3, saying: no route to host");
    assertThat(whyNot("exit 1", LONG)).isEqualTo("ended with code 1");
    assertThat(whyNot("no-such-program-here", LONG)).contains("127").contains("not found");
  }

  @Test
  void of_a_flood_on_stderr_the_end_is_kept() throws Exception {
    String why =
        whyNot("head -c 5000000 /dev/zero | tr '\\0' x >&2; printf '\\nend' >&2; exit 1", LONG);
    assertThat(why).endsWith("xxx end");
    assertThat(why.length()).isBetween(CommandTarget.STDERR_BYTES_MAX, 1_100);
  }

  @Test
  void a_command_need_not_read() throws Exception {
    for (int i = 0; i < 10; i++) {
      assertThat(tell("true", LONG)).isEqualTo(new Outcome.Told());
    }
  }

  @Test
  void a_command_that_hangs_is_killed_when_its_time_is_up() throws Exception {
    assertThat(whyNot("sleep 1000; sleep 1001", Duration.ofMillis(100)))
        .startsWith("did not end within 100 ms and was killed");
    Patience.await(
        "no process is left",
        () -> ProcessHandle.current().descendants().noneMatch(one -> Patience.runs(one.pid())));
  }

  @Test
  void a_command_that_floods_without_end_is_killed_when_its_time_is_up() throws Exception {
    // Time enough for it to begin with that.
    assertThat(whyNot("yes >&2", Duration.ofSeconds(2))).contains("was killed, saying: y y");
  }

  @Test
  void all_that_it_has_started_is_killed_with_it() throws Exception {
    Path file = folder.resolve("pids");
    String note = "echo $! >> " + file + "; ";
    String command =
        "echo $$ >> "
            + file
            + "; sleep 1000 & "
            + note
            + "setsid sleep 1001 & "
            + note
            + "(sleep 1002 & "
            + note
            + "); wait";
    var thrown = new CompletableFuture<String>();
    Thread teller =
        Thread.startVirtualThread(() -> {
          try {
            thrown.complete(tell(command, LONG).toString());
          } catch (InterruptedException e) {
            thrown.complete("interrupted");
          }
        });
    Patience.await("all run", () -> pids(file).size() == 4);
    assertThat(pids(file)).allMatch(Patience::runs);
    teller.interrupt();
    assertThat(thrown.get(Patience.SECONDS, TimeUnit.SECONDS)).isEqualTo("interrupted");
    Patience.await("all are gone", () -> pids(file).stream().noneMatch(Patience::runs));
  }

  @Test
  void what_it_leaves_running_is_neither_waited_for_nor_killed() throws Exception {
    Path file = folder.resolve("pids");
    String command = "sleep 1000 & echo $! > " + file;
    assertThat(tell(command, LONG)).isEqualTo(new Outcome.Told());
    long left = pids(file).getFirst();
    assertThat(Patience.runs(left)).isTrue();
    ProcessHandle.of(left).ifPresent(ProcessHandle::destroyForcibly);
  }
}
