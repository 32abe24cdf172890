package io.headrace.server.beanstalk;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.journal.CommandLog;
import io.headrace.journal.VolatileLog;
import io.headrace.server.captures.RecorderOptions;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How the bytes were cut into packets makes no difference to the replies. */
final class SplitTest {
  private static final long BODY_BUDGET_BYTES = 4 << 20;
  private static final int MAX_JOB_BYTES = 100;

  static LongStream seeds() {
    return LongStream.range(1, 41);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void any_one_cut_gives_the_same_replies(long seed) {
    String script = new RandomScript(seed).next(12);
    String whole = replies(script, new VolatileLog(), script.length());
    for (int cut = 1; cut < script.length(); cut++) {
      try (var server = server(new VolatileLog())) {
        var peer = server.connect();
        String replies = peer.send(script.substring(0, cut));
        replies += peer.send(script.substring(cut));
        replies += peer.end();
        assertThat(masked(replies)).as("cut at %d of %s", cut, script).isEqualTo(whole);
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void any_cuts_give_the_same_replies_also_when_entries_are_safe_late(long seed) {
    var random = new Random(seed);
    String script = new RandomScript(seed).next(60);
    String whole = replies(script, new VolatileLog(), script.length());
    for (int round = 0; round < 20; round++) {
      int chunk = 1 + random.nextInt(1 + random.nextInt(200));
      assertThat(replies(script, new VolatileLog(), chunk)).isEqualTo(whole);
      assertThat(lateReplies(script, random, chunk)).isEqualTo(whole);
    }
  }

  private static String replies(String script, CommandLog log, int chunk) {
    try (var server = server(log)) {
      var peer = server.connect();
      var replies = new StringBuilder();
      for (int at = 0; at < script.length(); at += chunk) {
        replies.append(peer.send(script.substring(at, Math.min(at + chunk, script.length()))));
      }
      return masked(replies.append(peer.end()).toString());
    }
  }

  private static String lateReplies(String script, Random random, int chunk) {
    var log = new HeldLog();
    try (var server = server(log)) {
      var peer = server.connect();
      var replies = new StringBuilder();
      for (int at = 0; at < script.length(); at += chunk) {
        log.holding = random.nextInt(4) != 0;
        replies.append(peer.send(script.substring(at, Math.min(at + chunk, script.length()))));
      }
      log.holding = random.nextBoolean();
      replies.append(peer.end());
      log.holding = false;
      server.loop.wake();
      server.thread.pass(TestServer.SECOND_NS / 10);
      assertThat(peer.wire.closed).isTrue();
      return masked(replies.append(peer.wire.take()).toString());
    }
  }

  /** Who asks on and on is answered a little later, and time is left out of what is compared. */
  private static String masked(String replies) {
    return replies.replaceAll("time-left: \\d+", "time-left: *").replaceAll("OK \\d+", "OK *");
  }

  private static TestServer server(CommandLog log) {
    // How much is remembered depends on how it was cut, and stats tells it.
    return new TestServer(log, BODY_BUDGET_BYTES, MAX_JOB_BYTES, RecorderOptions.none());
  }
}
