package io.headrace.server.beanstalk;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.headrace.journal.VolatileLog;
import io.headrace.queue.TubeName;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes get replies or a close: no exception, no unbounded memory, nothing left behind, and the
 * stream is found again.
 */
final class AnyBytesTest {
  private static final long BODY_BUDGET_BYTES = 4 << 20;
  private static final int MAX_JOB_BYTES = 1000;
  private static final int SCRIPTS_A_SEED = 40;

  static LongStream seeds() {
    return LongStream.range(100, 100 + Integer.getInteger("headrace.bytes.seeds", 20));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void garbage_is_survived(long seed) {
    var script = new RandomScript(seed);
    var random = new Random(seed);
    try (var server = server()) {
      for (int i = 0; i < SCRIPTS_A_SEED; i++) {
        survive(server, script.garbage(random.nextInt(2000)), 1 + random.nextInt(500));
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void conversations_with_errors_are_survived(long seed) {
    var script = new RandomScript(seed);
    var random = new Random(seed);
    try (var server = server()) {
      for (int i = 0; i < SCRIPTS_A_SEED; i++) {
        survive(server, script.mutate(script.next(30)), 1 + random.nextInt(500));
      }
    }
  }

  @FuzzTest
  void any_bytes_are_survived(byte[] bytes) {
    try (var server = server()) {
      survive(server, new String(bytes, StandardCharsets.ISO_8859_1), 37);
    }
  }

  private static TestServer server() {
    return new TestServer(new VolatileLog(), BODY_BUDGET_BYTES, MAX_JOB_BYTES);
  }

  private static void survive(TestServer server, String bytes, int chunk) {
    var peer = server.connect();
    for (int at = 0; at < bytes.length() && !peer.wire.closed; at += chunk) {
      peer.send(bytes.substring(at, Math.min(at + chunk, bytes.length())));
      assertThat(server.bodies.usedBytes()).isLessThanOrEqualTo(BODY_BUDGET_BYTES);
    }
    if (!peer.wire.closed) {
      findsTheStreamAgain(server, peer, bytes);
      peer.end();
      assertThat(peer.wire.closed).isTrue();
    }
    peer.disconnect();
    leavesNothing(server);
  }

  /**
   * Two lines that are too long end any line and any body that is allowed. A larger one, that is
   * skipped, can be of 4 GiB; a reserve may wait for ever.
   */
  private static void findsTheStreamAgain(TestServer server, TestServer.Peer peer, String bytes) {
    boolean skipsMore = bytes.matches("(?s).*\\d{4}.*");
    if (skipsMore || server.machine.totals().waiting() > 0) {
      return;
    }
    String longLine = "x".repeat(2 * MAX_JOB_BYTES) + "\r\n";
    assertThat(peer.send(longLine + longLine + "list-tube-used\r\n"))
        .matches("(?s).*BAD_FORMAT\r\nUSING [^\r]*\r\n");
  }

  private static void leavesNothing(TestServer server) {
    var cleaner = server.connect();
    cleaner.ask("undrain");
    for (TubeName tube : server.machine.tubes()) {
      cleaner.ask("clear-tube " + tube);
    }
    assertThat(server.machine.totals().bodyBytes()).isZero();
    assertThat(server.bodies.usedBytes()).isZero();
    assertThat(server.machine.totals().sessions()).isLessThanOrEqualTo(1);
    cleaner.disconnect();
  }
}
