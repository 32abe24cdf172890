package io.headrace.server.captures;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a connection has sent last, of which only the end is looked at. */
final class RecordingTest {
  private static final int CHARS_MAX = 96;
  private static final String TOKEN = "hr_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
  private static final String SECRET = TOKEN.substring(3);

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  private static Recording received(String all, Random random) {
    var options = new RecorderOptions(4096, 1 << 20, 10, 1 << 20, Duration.ofDays(1));
    Recording recording = new FlightRecorder(options).open();
    for (int at = 0; at < all.length(); ) {
      int next = Math.min(all.length(), at + 1 + random.nextInt(random.nextBoolean() ? 9 : 900));
      byte[] bytes = all.substring(at, next).getBytes(StandardCharsets.US_ASCII);
      recording.received(Unpooled.wrappedBuffer(bytes), at);
      at = next;
    }
    return recording;
  }

  private static String line(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> "auth " + TOKEN;
      case 1 -> "auth " + SECRET + " " + SECRET;
      case 2 -> "put 0 0 60 4\r\n" + TOKEN;
      case 3 -> "x " + TOKEN.substring(0, 4 + random.nextInt(TOKEN.length() - 4));
      default -> "watch " + "tube ".repeat(random.nextInt(40));
    };
  }

  /** Wherever a token lies of what came, nothing of it is left; nor is anything else hidden. */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void the_end_is_what_it_would_be_if_all_was_looked_at(long seed) {
    var random = new Random(seed);
    var all = new StringBuilder();
    for (int i = random.nextInt(60); i >= 0; i--) {
      all.append(line(random)).append("\r\n");
    }
    all.setLength(all.length() - random.nextInt(50) % all.length());
    Recording recording = received(all.toString(), random);

    String last = recording.lastReceived(CHARS_MAX);
    assertThat(last).isEqualTo(LastLines.of(Secrets.joined(recording.chunks(0)), CHARS_MAX));
    for (int at = 0; at + 8 <= SECRET.length(); at++) {
      assertThat(last).doesNotContain(SECRET.substring(at, at + 8));
    }
  }
}
