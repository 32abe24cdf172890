package io.headrace.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.worker.process.Ended;
import io.headrace.worker.process.Tail;
import io.headrace.worker.process.Usage;
import io.headrace.worker.process.WaitStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScriptDocketTest {
  private static final ScriptLimits LIMITS =
      new ScriptLimits(
          OptionalLong.of(64),
          OptionalLong.empty(),
          OptionalLong.empty(),
          Optional.of(Duration.ofMillis(1500)),
          Optional.empty());
  private static final Program PROGRAM =
      new Program("/x/send.sh", List.of("./send.sh"), Path.of("/x/send.sh"), "sh", LIMITS);

  private static ScriptDocket docket(
      WaitStatus status, Optional<StoppedFor> stopped, boolean memory) {
    return docket(status, stopped, memory, Duration.ZERO);
  }

  private static ScriptDocket docket(
      WaitStatus status, Optional<StoppedFor> stopped, boolean memory, Duration user) {
    var stderr = new Tail();
    var flood = "x".repeat(100_000).getBytes(UTF_8);
    stderr.take(flood, flood.length);
    var last = "\ncat: /etc/x: No such file\n\n".getBytes(UTF_8);
    stderr.take(last, last.length);
    var usage = new Usage(Duration.ofSeconds(2), user, Duration.ZERO, 4096, 1, 0);
    return new ScriptDocket(
        new Attempt(
            new Held(7, new byte[0], "mail", 1024, 3, Duration.ofSeconds(60), 0),
            new ScriptFile.Version("abc", Instant.EPOCH),
            new Ended(42, status, usage, 1, 2, 0),
            stopped,
            "",
            memory,
            new Tail(),
            stderr),
        PROGRAM,
        List.of("the script is new"),
        new Tail());
  }

  private static String text(ScriptDocket docket, int max) {
    return new String(docket.bytes(max), UTF_8);
  }

  @Test
  void it_says_what_happened_to_what_and_who_did_it() {
    assertThat(text(docket(new WaitStatus.Killed(9, false), Optional.empty(), false), 65_535))
        .contains("script: /x/send.sh\n", "sha256: abc\n", "changed: the script is new\n")
        .contains("job: 7, tube mail, attempt 3\n", "pid: 42\n", "end: SIGKILL\n")
        .contains("by: not known: the script itself or another process; not for lack of memory\n")
        .endsWith("\nsend.sh: SIGKILL: cat: /etc/x: No such file\n");
    assertThat(text(docket(new WaitStatus.Killed(9, false), Optional.empty(), true), 65_535))
        .contains("by: perhaps the kernel, for lack of memory");
    assertThat(text(docket(new WaitStatus.Killed(11, true), Optional.empty(), false), 65_535))
        .contains("end: SIGSEGV, core dumped\n", "by: the program itself, by a fault\n");
    assertThat(
            text(
                docket(new WaitStatus.Killed(15, false), Optional.of(StoppedFor.STALL), false),
                65_535))
        .contains("by: this supervisor: no process of it got anywhere for --stall\n")
        .contains("\nsend.sh: hung: cat: /etc/x");
    assertThat(text(docket(new WaitStatus.Exited(137), Optional.empty(), false), 65_535))
        .contains("end: exit 137\n", "by: the script itself\n");
  }

  @Test
  void its_limits_are_told_and_a_kill_by_that_of_processor_time() {
    var killed = new WaitStatus.Killed(9, false);
    assertThat(text(docket(killed, Optional.empty(), false), 65_535))
        .contains("limits: --nofile 64, --cpu 2 s\n", "by: not known");
    assertThat(text(docket(killed, Optional.empty(), false, Duration.ofSeconds(3)), 65_535))
        .contains("by: perhaps the kernel, by its limit of time on processors (--cpu)");
    assertThat(text(docket(new WaitStatus.Killed(24, false), Optional.empty(), false), 65_535))
        .contains("end: SIGXCPU\n", "by: the kernel, by its limit of time on processors (--cpu)\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 100, 500, 1_000, 5_000, 65_535, 200_000})
  void it_fits_into_what_there_is_and_keeps_its_last_line(int max) {
    var bytes = docket(new WaitStatus.Killed(9, false), Optional.empty(), false).bytes(max);
    assertThat(bytes).hasSizeLessThanOrEqualTo(max);
    assertThat(new String(bytes, UTF_8)).endsWith(max < 10 ? "\n" : "No such file\n".substring(4));
  }
}
