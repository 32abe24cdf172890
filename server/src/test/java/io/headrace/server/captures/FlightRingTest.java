package io.headrace.server.captures;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class FlightRingTest {
  private static final long WALL = 1_000;

  private final RingBudget budget = new RingBudget(1 << 20);

  static LongStream seeds() {
    return LongStream.range(0, 40);
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void add(FlightRing ring, String text, long nanos) {
    ring.add(bytes(text), 0, text.length(), true, nanos);
  }

  private static List<String> texts(FlightRing ring) {
    return ring.chunks(true, 0).stream()
        .map(chunk -> new String(chunk.bytes(), StandardCharsets.US_ASCII))
        .toList();
  }

  @Test
  void each_read_is_remembered_with_its_time_and_place() {
    var ring = new FlightRing(budget, 4096);
    add(ring, "hello", 7);
    ring.add(bytes("a world b"), 2, 5, false, 9);
    var chunks = ring.chunks(true, WALL);
    assertThat(texts(ring)).containsExactly("hello", "world");
    assertThat(chunks).extracting(Chunk::timeNs).containsExactly(1007L, 1009L);
    assertThat(chunks).extracting(Chunk::offset).containsExactly(0L, 5L);
    assertThat(chunks).extracting(Chunk::begins).containsExactly(true, false);
    assertThat(ring.total()).isEqualTo(10);
  }

  @Test
  void the_oldest_bytes_make_room_an_eighth_of_the_ring_at_a_time() {
    var ring = new FlightRing(budget, 256);
    add(ring, "a".repeat(100), 1);
    add(ring, "b".repeat(100), 2);
    add(ring, "c".repeat(20), 3);
    assertThat(texts(ring)).containsExactly("a".repeat(100), "b".repeat(100), "c".repeat(20));
    add(ring, "d", 4);
    add(ring, "e", 5);
    assertThat(texts(ring))
        .containsExactly("a".repeat(68), "b".repeat(100), "c".repeat(20), "d", "e");
    assertThat(ring.chunks(true, 0).getFirst())
        .matches(chunk -> !chunk.begins() && chunk.offset() == 32 && chunk.timeNs() == 1);
    add(ring, "f".repeat(120), 6);
    assertThat(texts(ring))
        .containsExactly("b".repeat(48), "c".repeat(20), "d", "e", "f".repeat(120));
  }

  @Test
  void of_more_than_fits_the_end_is_remembered() {
    var ring = new FlightRing(budget, 256);
    add(ring, "x".repeat(1000) + "y".repeat(244), 1);
    assertThat(texts(ring)).containsExactly("y".repeat(244));
    assertThat(ring.chunks(true, 0).getFirst())
        .matches(chunk -> !chunk.begins() && chunk.offset() == 1000);
  }

  @Test
  void a_ring_takes_no_more_memory_than_what_came() {
    var ring = new FlightRing(budget, 4096);
    assertThat(budget.usedBytes()).isZero();
    add(ring, "x", 1);
    assertThat(budget.usedBytes()).isEqualTo(256);
    add(ring, "x".repeat(300), 1);
    assertThat(budget.usedBytes()).isEqualTo(512);
    add(ring, "x".repeat(100_000), 1);
    assertThat(budget.usedBytes()).isEqualTo(4096);
    ring.release();
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void beyond_the_budget_rings_are_smaller_or_absent_and_that_is_counted() {
    var small = new RingBudget(600);
    var first = new FlightRing(small, 4096);
    add(first, "x".repeat(400), 1);
    assertThat(small.usedBytes()).isEqualTo(512);
    add(first, "y".repeat(400), 2);
    assertThat(texts(first)).containsExactly("x".repeat(88), "y".repeat(400));
    assertThat(small.shortRings()).isEqualTo(1);
    var second = new FlightRing(small, 4096);
    add(second, "z", 3);
    add(second, "z", 4);
    assertThat(texts(second)).isEmpty();
    assertThat(second.total()).isEqualTo(2);
    assertThat(small.shortRings()).isEqualTo(2);
    first.release();
    add(second, "now", 5);
    assertThat(second.chunks(true, 0))
        .singleElement()
        .matches(chunk -> chunk.offset() == 2 && chunk.timeNs() == 5);
  }

  /** Whatever comes: what is remembered is the end of it, without a gap, in bounds. */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void what_is_remembered_is_the_end_of_what_came(long seed) {
    var random = new Random(seed);
    int most = 256 + random.nextInt(1000);
    var ring = new FlightRing(budget, most);
    var all = new ByteArrayOutputStream();
    for (int i = 1; i <= 300; i++) {
      byte[] bytes = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? 3000 : 60)];
      random.nextBytes(bytes);
      all.writeBytes(bytes);
      ring.add(Unpooled.wrappedBuffer(bytes), 0, bytes.length, false, i * -1_000_000_007L);
      check(ring, all.toByteArray(), most, i * -1_000_000_007L);
      checkLast(ring, random.nextInt(most + 100));
    }
  }

  /** The last bytes alone are those of all, with the place and the time of each. */
  private static void checkLast(FlightRing ring, int lastBytes) {
    List<Chunk> last = ring.chunks(false, 0, lastBytes);
    List<Chunk> all = ring.chunks(false, 0);
    long from = Math.max(ring.total() - lastBytes, all.getFirst().offset());
    assertThat(ring.total() - from).isEqualTo(Secrets.joined(last).length);
    List<Chunk> rest = all.subList(all.size() - last.size(), all.size());
    for (int i = 0; i < last.size(); i++) {
      byte[] bytes = rest.get(i).bytes();
      int left = (int) Math.min(bytes.length, rest.get(i).end() - from);
      assertThat(last.get(i).bytes())
          .isEqualTo(Arrays.copyOfRange(bytes, bytes.length - left, bytes.length));
      assertThat(last.get(i).end()).isEqualTo(rest.get(i).end());
      assertThat(last.get(i).timeNs()).isEqualTo(rest.get(i).timeNs());
    }
  }

  @Test
  void what_is_cut_does_not_begin_anything() {
    var ring = new FlightRing(budget, 256);
    add(ring, "hello", 7);
    add(ring, "world", 8);
    assertThat(ring.chunks(true, 0, 7)).extracting(Chunk::begins).containsExactly(false, true);
    assertThat(ring.chunks(true, 0, 5)).extracting(Chunk::begins).containsExactly(true);
    assertThat(ring.chunks(true, 0, 0)).isEmpty();
  }

  private void check(FlightRing ring, byte[] all, int most, long lastNanos) {
    var chunks = ring.chunks(false, 0);
    var joined = new ByteArrayOutputStream();
    long offset = chunks.getFirst().offset();
    for (var chunk : chunks) {
      assertThat(chunk.offset()).isEqualTo(offset);
      joined.writeBytes(chunk.bytes());
      offset = chunk.end();
    }
    assertThat(offset).isEqualTo(all.length);
    assertThat(joined.toByteArray())
        .isEqualTo(Arrays.copyOfRange(all, all.length - joined.size(), all.length));
    assertThat(chunks.getLast().timeNs()).isEqualTo(lastNanos);
    long taken =
        chunks.stream()
            .mapToLong(chunk -> FlightRing.HEADER_BYTES + (chunk.bytes().length + 3L) / 4 * 4)
            .sum();
    assertThat(taken).isLessThanOrEqualTo(most);
    // No more was given up than an eighth, and what fills it up to a whole record.
    long least = budget.usedBytes() - budget.usedBytes() / 8 - FlightRing.HEADER_BYTES - 4;
    boolean full = joined.size() == all.length || taken >= least;
    assertThat(full).as("%d of %d bytes are used", taken, budget.usedBytes()).isTrue();
  }
}
