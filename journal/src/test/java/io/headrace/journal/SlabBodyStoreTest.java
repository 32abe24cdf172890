package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class SlabBodyStoreTest {
  private static final class Kept {
    final long ref;
    final byte[] bytes;
    final long location;

    Kept(long ref, byte[] bytes, long location) {
      this.ref = ref;
      this.bytes = bytes;
      this.location = location;
    }
  }

  @Test
  void every_body_reads_back_whatever_is_freed_and_put_meanwhile() {
    long seed = System.nanoTime();
    System.out.println("SlabBodyStoreTest seed " + seed);
    Random random = new Random(seed);
    List<Kept> model = new ArrayList<>();
    long[] freed = {0, 0};
    long expectedFreed = 0;
    try (BodyStore store = BodyStore.offHeap(64L << 20, 1)) {
      store.whenFreed((location, bytes) -> {
        freed[0] += bytes;
        freed[1] = location;
      });
      for (int step = 0; step < 60_000; step++) {
        boolean grow = (step / 5_000) % 2 == 0;
        if (model.isEmpty() || random.nextInt(10) < (grow ? 7 : 3)) {
          put(store, random, model);
        } else {
          int at = random.nextInt(model.size());
          Kept kept = model.get(at);
          model.set(at, model.getLast());
          model.removeLast();
          assertKept(store, kept);
          store.free(kept.ref, kept.bytes.length);
          if (kept.location != 0) {
            expectedFreed += kept.bytes.length;
            assertThat(freed[1]).isEqualTo(kept.location);
          }
        }
      }
      model.forEach(kept -> assertKept(store, kept));
      assertThat(freed[0]).isEqualTo(expectedFreed);
      model.forEach(kept -> store.free(kept.ref, kept.bytes.length));
      assertThat(store.usedBytes()).isZero();
    }
  }

  private static void put(BodyStore store, Random random, List<Kept> model) {
    int bytes =
        switch (random.nextInt(8)) {
          case 0 -> 0;
          case 1 -> random.nextInt(200_000);
          case 2 -> 65_536 + random.nextInt(3) - 1;
          case 3 -> random.nextInt(9_000);
          default -> random.nextInt(300);
        };
    byte[] body = new byte[bytes];
    random.nextBytes(body);
    long ref = store.allocate(bytes);
    if (ref == BodyStore.NONE) {
      assertThat(store.usedBytes() + bytes + bytes / 4 + 16).isGreaterThan(store.budgetBytes());
      return;
    }
    int cut = bytes == 0 ? 0 : random.nextInt(bytes);
    store.write(ref, 0, ByteBuffer.wrap(body, 0, cut));
    store.write(ref, cut, ByteBuffer.wrap(body, cut, bytes - cut));
    assertThat(store.location(ref, bytes)).isZero();
    long location = random.nextInt(4) == 0 ? 0 : random.nextLong(1L << 60);
    store.locate(ref, bytes, location);
    model.add(new Kept(ref, body, location));
  }

  private static void assertKept(BodyStore store, Kept kept) {
    int bytes = kept.bytes.length;
    ByteBuffer read = ByteBuffer.allocate(bytes);
    store.read(kept.ref, 0, bytes, read);
    assertThat(read.array()).isEqualTo(kept.bytes);
    if (bytes > 3) {
      ByteBuffer part = ByteBuffer.allocate(bytes - 3);
      store.read(kept.ref, 2, bytes - 3, part);
      assertThat(part.array()).isEqualTo(Arrays.copyOfRange(kept.bytes, 2, bytes - 1));
    }
    CRC32C crc = new CRC32C();
    crc.update(kept.bytes);
    assertThat(store.crc32c(kept.ref, bytes)).isEqualTo((int) crc.getValue());
    assertThat(store.location(kept.ref, bytes)).isEqualTo(kept.location);
  }

  @Test
  void nothing_is_allocated_beyond_the_budget_and_all_of_it_comes_back() {
    try (BodyStore store = BodyStore.offHeap(10_000, 1)) {
      List<Long> refs = new ArrayList<>();
      long ref = store.allocate(100);
      while (ref != BodyStore.NONE) {
        refs.add(ref);
        ref = store.allocate(100);
      }
      assertThat(store.usedBytes()).isLessThanOrEqualTo(10_000);
      assertThat(refs).hasSize(10_000 / 112);
      store.free(refs.removeLast(), 100);
      assertThat(store.allocate(100)).isNotEqualTo(BodyStore.NONE);
      assertThat(store.allocate(1 << 20)).isEqualTo(BodyStore.NONE);
    }
  }

  @Test
  void a_chunk_left_by_one_size_serves_another() {
    try (BodyStore store = BodyStore.offHeap(1L << 30, 1)) {
      for (int round = 0; round < 200; round++) {
        int bytes = 16 + round * 300;
        List<Long> refs = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
          refs.add(store.allocate(bytes));
        }
        refs.forEach(ref -> store.free(ref, bytes));
      }
      assertThat(store.usedBytes()).isZero();
    }
  }

  @Test
  void a_drained_backlog_leaves_memory_for_the_next_one_and_gives_it_back_bit_by_bit() {
    try (SlabBodyStore store = new SlabBodyStore(1L << 30, 1)) {
      drain(store, fill(store, 100));
      long left = store.emptyBytes();
      assertThat(left).isBetween(100L << 20, 101L << 20);
      List<Long> again = fill(store, 100);
      assertThat(store.emptyBytes()).isZero();
      drain(store, again);

      store.trim();
      assertThat(store.emptyBytes()).isLessThan(left).isGreaterThan(left - left / 10);
      for (int second = 1; second < 200; second++) {
        store.trim();
      }
      assertThat(store.emptyBytes())
          .isEqualTo((long) SlabBodyStore.KEPT_CHUNKS_MAX * SlabChunk.CHUNK_BYTES);
    }
  }

  @Test
  void what_a_backlog_has_left_does_not_add_to_bodies_with_memory_of_their_own() {
    try (SlabBodyStore store = new SlabBodyStore(200L << 20, 1)) {
      drain(store, fill(store, 150));
      for (int i = 0; i < 90; i++) {
        assertThat(store.allocate(1 << 20)).isNotEqualTo(BodyStore.NONE);
        long kept = (long) SlabBodyStore.KEPT_CHUNKS_MAX * SlabChunk.CHUNK_BYTES;
        assertThat(store.usedBytes() + store.emptyBytes())
            .isLessThanOrEqualTo(Math.max(store.budgetBytes(), store.usedBytes() + kept));
      }
    }
  }

  private static final int LARGE_BYTES = 60_000;

  private static List<Long> fill(BodyStore store, int mebibytes) {
    List<Long> refs = new ArrayList<>();
    for (int i = 0; i < mebibytes * 2 * 8; i++) {
      refs.add(store.allocate(LARGE_BYTES));
    }
    return refs;
  }

  private static void drain(BodyStore store, List<Long> refs) {
    refs.forEach(ref -> store.free(ref, LARGE_BYTES));
  }

  @Test
  void a_body_freed_with_another_length_is_a_bug() {
    try (BodyStore store = BodyStore.offHeap(1 << 20, 1)) {
      long ref = store.allocate(100);
      assertThatThrownBy(() -> store.free(ref, 1000)).isInstanceOf(AssertionError.class);
    }
  }

  @Test
  void rounding_up_costs_a_tenth_or_seven_bytes_at_most() {
    for (int bytes = SlotSizes.SLOT_BYTES_MIN; bytes <= SlotSizes.SLOT_BYTES_MAX; bytes++) {
      int slot = SlotSizes.bytesOf(SlotSizes.classOf(bytes));
      assertThat(slot).isBetween(bytes, bytes + Math.max(bytes / 10, 7)).matches(it -> it % 8 == 0);
    }
  }
}
