package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A backlog larger than memory: bodies wait on the disk, come back in order and whole, and outlive
 * a kill. {@code -Dheadrace.trials.backlog} sets the number of jobs.
 */
final class BacklogIT {
  private static final int JOBS = Integer.getInteger("headrace.trials.backlog", 16_000);
  private static final int BODY_BYTES = 16_384;
  private static final int MEMORY_MIB = 16;

  /** Puts and reserves that are sent ahead of their replies. */
  private static final int AHEAD = 20;

  @TempDir Path folder;

  @Test
  void a_backlog_larger_than_memory_outlives_a_kill_and_comes_back_in_order() throws Exception {
    try (var server = launch().start();
        var talk = server.connect()) {
      for (int from = 0; from < JOBS; from += AHEAD) {
        for (int i = from; i < from + AHEAD; i++) {
          talk.send("put 0 0 600 " + BODY_BYTES + "\r\n" + body(i + 1) + "\r\n");
        }
        for (int i = from; i < from + AHEAD; i++) {
          assertThat(talk.reply().line()).isEqualTo("INSERTED " + (i + 1));
        }
      }
      assertMemory(server, talk);
      server.kill9();
    }
    try (var server = launch().start();
        var talk = server.connect()) {
      assertThat(talk.ask("peek " + JOBS).body()).isEqualTo(body(JOBS));
      assertMemory(server, talk);
      for (int from = 0; from < JOBS; from += AHEAD) {
        for (int i = from; i < from + AHEAD; i++) {
          talk.send("reserve\r\ndelete " + (i + 1) + "\r\n");
        }
        for (int i = from; i < from + AHEAD; i++) {
          var reply = talk.reply();
          assertThat(reply.line()).isEqualTo("RESERVED " + (i + 1) + " " + BODY_BYTES);
          assertThat(reply.body()).isEqualTo(body(i + 1));
          assertThat(talk.reply().line()).isEqualTo("DELETED");
        }
      }
      assertThat(talk.ask("reserve-with-timeout 0").line()).isEqualTo("TIMED_OUT");
    }
  }

  private static void assertMemory(RunningServer server, Talk talk) throws IOException {
    long backlog = (long) JOBS * BODY_BYTES;
    var tube = talk.ask("show-tube default").body();
    assertThat(number(tube, "body-bytes-resident")).isBetween(1L, (long) MEMORY_MIB << 20);
    assertThat(number(tube, "body-bytes-spilled")).isGreaterThan(backlog / 2);
    var status = Files.readString(Path.of("/proc/" + server.pid() + "/status"));
    assertThat(number(status, "VmRSS") << 10).as("resident memory").isLessThan(backlog);
  }

  /** The number behind a word and a colon at the start of a line. */
  private static long number(String text, String key) {
    return text.lines()
        .filter(line -> line.startsWith(key + ":"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + key + " in " + text));
  }

  private RunningServer.Launch launch() {
    return RunningServer.serve(folder, folder.resolve("data"), "interval:50ms")
        .options("--memory-max", MEMORY_MIB + "MiB");
  }

  private static String body(int job) {
    return ("%08d".formatted(job) + "x".repeat(120)).repeat(BODY_BYTES / 128);
  }
}
