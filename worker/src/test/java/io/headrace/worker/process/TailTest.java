package io.headrace.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TailTest {
  private static final long SEED = Long.getLong("headrace.seed", System.nanoTime());

  @Test
  void it_is_the_end_of_whatever_was_taken() {
    var random = new Random(SEED);
    var tail = new Tail();
    for (int round = 0; round < 50; round++) {
      var all = new ByteArrayOutputStream();
      int pieces = random.nextInt(30);
      for (int i = 0; i < pieces; i++) {
        var chunk = new byte[random.nextInt(random.nextBoolean() ? 100 : 40_000)];
        random.nextBytes(chunk);
        int length = chunk.length == 0 ? 0 : random.nextInt(chunk.length);
        tail.take(chunk, length);
        all.write(chunk, 0, length);
      }
      var whole = all.toByteArray();
      int max = random.nextInt(2 * Tail.BYTES_MAX);
      int kept = Math.min(Math.min(max, Tail.BYTES_MAX), whole.length);
      assertThat(tail.last(max))
          .as("round %d, seed %d", round, SEED)
          .isEqualTo(Arrays.copyOfRange(whole, whole.length - kept, whole.length));
      assertThat(tail.total()).as("seed %d", SEED).isEqualTo(whole.length);
      tail.clear();
    }
  }
}
