package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The reader of traces must itself see each way to reply too early. */
final class SyscallTraceIT {

  private static final String WRITE = "7 pwrite64(5</d/1.seg>, \"..token..\", 99, 4096) = 99";
  private static final String FORCE = "7 fdatasync(5</d/1.seg>) = 0";
  private static final String REPLY = "7 sendto(9<socket:[3]>, \"INSERTED 1\\r\\n\", 12, 0) = 12";

  @Test
  void written_then_forced_then_told_is_right() {
    assertThat(wrong(WRITE, FORCE, REPLY)).isEmpty();
  }

  @Test
  void a_force_on_another_thread_is_right_when_it_ends_before_the_reply() {
    assertThat(
            wrong(
                WRITE,
                "8 fdatasync(5</d/1.seg> <unfinished ...>",
                "7 write(3</log>, \"x\", 1) = 1",
                "8 <... fdatasync resumed>) = 0",
                REPLY))
        .isEmpty();
  }

  @Test
  void told_before_the_force() {
    assertThat(wrong(WRITE, REPLY, FORCE)).hasSize(1);
  }

  @Test
  void told_while_the_force_runs() {
    assertThat(
            wrong(
                WRITE,
                "8 fdatasync(5</d/1.seg> <unfinished ...>",
                REPLY,
                "8 <... fdatasync resumed>) = 0"))
        .hasSize(1);
  }

  @Test
  void forced_before_the_write_returned() {
    assertThat(
            wrong(
                "7 pwrite64(5</d/1.seg>, \"..token..\", 99, 4096 <unfinished ...>",
                "8 fdatasync(5</d/1.seg> <unfinished ...>",
                "7 <... pwrite64 resumed>) = 99",
                "8 <... fdatasync resumed>) = 0",
                REPLY))
        .hasSize(1);
  }

  @Test
  void the_force_failed() {
    var failed = "7 fdatasync(5</d/1.seg>) = -1 EIO (Input/output error)";
    assertThat(wrong(WRITE, failed, REPLY)).hasSize(1);
  }

  @Test
  void the_write_failed() {
    var failed = "7 pwrite64(5</d/1.seg>, \"..token..\", 99, 4096) = -1 EIO (Input/output error)";
    assertThat(wrong(failed, FORCE, REPLY)).hasSize(1);
  }

  @Test
  void another_file_was_forced() {
    assertThat(wrong(WRITE, "7 fdatasync(6</d/2.seg>) = 0", REPLY)).hasSize(1);
  }

  @Test
  void nothing_was_written() {
    assertThat(wrong(FORCE, REPLY)).hasSize(1);
  }

  @Test
  void a_reply_that_is_not_shown_proves_nothing() {
    assertThat(wrong(WRITE, FORCE)).hasSize(1);
    assertThat(wrong(WRITE, FORCE, REPLY.replace("INSERTED 1", "INSERTED 11"))).hasSize(1);
  }

  @Test
  void without_a_force_only_the_write_counts() {
    var tokens = Map.of(1L, "token");
    assertThat(SyscallTrace.of(List.of(WRITE, REPLY)).repliesBeforeTheirWrite(tokens)).isEmpty();
    assertThat(SyscallTrace.of(List.of(REPLY, WRITE)).repliesBeforeTheirWrite(tokens)).hasSize(1);
    assertThat(SyscallTrace.of(List.of(WRITE, REPLY)).isForced("token")).isFalse();
    assertThat(SyscallTrace.of(List.of(WRITE, REPLY, FORCE)).isForced("token")).isTrue();
  }

  private static List<String> wrong(String... lines) {
    return SyscallTrace.of(List.of(lines)).repliesBeforeTheirForce(Map.of(1L, "token"));
  }
}
