package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A disk that fails (strace makes the system call return EIO): nothing more is acknowledged, the
 * server says why in its last line and ends, and what it had acknowledged is there when it starts
 * on a good disk.
 */
@Execution(ExecutionMode.CONCURRENT)
final class BadDiskIT {

  /**
   * More than are done before the failure, which ends them: at an interval many puts go by for each
   * force, and strace counts the calls of each thread.
   */
  private static final int PUTS_MAX = 200_000;

  /** Small, so that few calls are spent on preparing segments. */
  private static final String SEGMENT_BYTES = Integer.toString(64 << 10);

  private static final String FAILS_LATER = ":error=EIO:when=120+";

  @TempDir Path folder;

  @Test
  void a_failed_force_ends_the_server_and_nothing_acknowledged_is_lost() throws Exception {
    failing(0, "fdatasync,fsync");
  }

  @Test
  void a_failed_write_ends_the_server_and_nothing_acknowledged_is_lost() throws Exception {
    failing(0, "pwrite64,pwritev,pwritev2");
  }

  @Test
  void a_failed_force_ends_the_server_at_an_interval_too() throws Exception {
    failing(1, "fdatasync,fsync");
  }

  @Test
  void a_failed_write_ends_the_server_at_an_interval_too() throws Exception {
    failing(1, "pwrite64,pwritev,pwritev2");
  }

  /** beanstalkd warns of a failed fsync, and goes on with its replies. */
  @Test
  void a_server_that_goes_on_is_found_out() throws Exception {
    var output = folder.resolve("trace");
    Map<Long, String> told;
    try (var server = traced(Peer.BEANSTALKD, 0, "fsync", output).start()) {
      told = DepthOnePuts.run(server, 100);
    }
    assertThat(SyscallTrace.read(output).repliesBeforeTheirForce(told)).isNotEmpty();
  }

  private void failing(int fsyncMs, String calls) throws IOException {
    var output = folder.resolve("trace");
    Map<Long, String> told;
    try (var server = traced(Peer.HEADRACE, fsyncMs, calls, output).start()) {
      told = DepthOnePuts.run(server, PUTS_MAX);
      int exit = server.awaitExit();
      assertThat(exit).as(server.output()).isNotZero();
      assertThat(server.lastLine())
          .as(server.output())
          .containsIgnoringCase("input/output error")
          .doesNotStartWith("\tat ");
    }
    assertThat(told).as("jobs acknowledged before the failure").isNotEmpty();
    var trace = SyscallTrace.read(output);
    assertThat(
            fsyncMs == 0
                ? trace.repliesBeforeTheirForce(told)
                : trace.repliesBeforeTheirWrite(told))
        .isEmpty();

    try (var server = launch(Peer.HEADRACE, fsyncMs).start();
        var talk = server.connect()) {
      assertThat(Census.bodies(talk, told.keySet())).isEqualTo(told);
    }
  }

  private RunningServer.Launch launch(Peer peer, int fsyncMs) throws IOException {
    return RunningServer.of(peer, folder)
        .data(folder.resolve("data"), fsyncMs)
        .options("-s", SEGMENT_BYTES);
  }

  private RunningServer.Launch traced(Peer peer, int fsyncMs, String calls, Path output)
      throws IOException {
    var strace = new ArrayList<>(SyscallTrace.straceInto(output));
    strace.addAll(List.of("-e", "inject=" + calls + FAILS_LATER));
    return launch(peer, fsyncMs).by(strace.toArray(String[]::new));
  }
}
