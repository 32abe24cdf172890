package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The order of system calls, seen by strace: no INSERTED is sent before an fdatasync that began
 * after the write of that job had returned, and no DELETED before one that began after a write.
 */
final class ForceOrderIT {

  private static final int PUTS = 60;

  /** Deletes and reserves that are sent ahead. */
  private static final int AHEAD = 6;

  @TempDir Path folder;

  @Test
  void no_reply_leaves_before_its_job_is_forced() throws Exception {
    assertThat(trace(Peer.HEADRACE, 0)).isEmpty();
  }

  @Test
  void beanstalkd_forces_each_put_too_when_told_to() throws Exception {
    assertThat(trace(Peer.BEANSTALKD, 0)).isEmpty();
  }

  @Test
  void a_server_that_replies_before_it_forces_is_found_out() throws Exception {
    assertThat(trace(Peer.BEANSTALKD, 60_000)).hasSizeGreaterThan(PUTS);
  }

  @Test
  void no_delete_is_told_before_it_is_forced_however_much_is_sent_ahead() throws Exception {
    assertThat(traceOfDeletes(0).deletesToldBeforeTheirForce()).isEmpty();
  }

  @Test
  void a_server_that_tells_of_deletes_before_it_forces_is_found_out() throws Exception {
    assertThat(traceOfDeletes(60_000).deletesToldBeforeTheirForce()).isNotEmpty();
  }

  /** Each time some jobs are deleted and some reserved, all asked in one packet. */
  private SyscallTrace traceOfDeletes(int fsyncMs) throws IOException {
    var output = folder.resolve("trace");
    try (var server = traced(Peer.HEADRACE, fsyncMs, output).start();
        var talk = server.connect()) {
      var held = new ArrayDeque<Long>();
      for (int i = 0; i < PUTS; i++) {
        talk.put("x");
      }
      while (held.size() < AHEAD) {
        held.add(talk.ask("reserve").id());
      }
      for (int done = AHEAD; done < PUTS; done += AHEAD) {
        var ahead = new StringBuilder();
        held.forEach(job -> ahead.append("delete ").append(job).append("\r\nreserve\r\n"));
        talk.send(ahead.toString());
        held.clear();
        for (int i = 0; i < AHEAD; i++) {
          assertThat(talk.reply().line()).isEqualTo("DELETED");
          held.add(talk.reply().id());
        }
      }
    }
    var trace = SyscallTrace.read(output);
    assertThat(trace.sendsOfDeletes()).isGreaterThanOrEqualTo(PUTS / AHEAD - 1);
    return trace;
  }

  @Test
  void at_an_interval_no_reply_leaves_before_its_job_is_written() throws Exception {
    var output = folder.resolve("trace");
    Map<Long, String> tokens;
    try (var server = traced(Peer.HEADRACE, 50, output).start()) {
      tokens = DepthOnePuts.run(server, PUTS);
    }
    assertThat(tokens).isNotEmpty();
    assertThat(SyscallTrace.read(output).repliesBeforeTheirWrite(tokens)).isEmpty();
  }

  /** beanstalkd forces only when it writes again: its last burst stays unforced for ever. */
  @Test
  void at_an_interval_the_last_burst_is_forced_too() throws Exception {
    var output = folder.resolve("trace");
    try (var server = traced(Peer.HEADRACE, 200, output).start();
        var talk = server.connect()) {
      for (int i = 0; i < 10; i++) {
        talk.put("burst-" + i + ".");
      }
      for (int i = 0; i < 10; i++) {
        var token = "burst-" + i + ".";
        Await.until(token + " is forced", () -> SyscallTrace.read(output).isForced(token));
      }
    }
  }

  private List<String> trace(Peer peer, int fsyncMs) throws IOException {
    var output = folder.resolve("trace");
    Map<Long, String> tokens;
    try (var server = traced(peer, fsyncMs, output).start()) {
      tokens = DepthOnePuts.run(server, PUTS);
    }
    assertThat(tokens).hasSizeGreaterThanOrEqualTo(PUTS);
    return SyscallTrace.read(output).repliesBeforeTheirForce(tokens);
  }

  private RunningServer.Launch traced(Peer peer, int fsyncMs, Path output) throws IOException {
    return RunningServer.of(peer, folder)
        .data(folder.resolve("data"), fsyncMs)
        .by(SyscallTrace.straceInto(output).toArray(String[]::new));
  }
}
