package io.headrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The table of keys, and what a key takes of the heap. */
final class KeysTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long START_NS = 1_790_000_000L * SECOND_NS;

  private record Known(TubeName tube, String key, long job) {}

  private final Keys keys = new Keys(new SnapshotGuard());
  private final ArrayDeque<Known> model = new ArrayDeque<>();
  private long jobs;

  private void add(TubeName tube, String key) {
    var hash = Keys.hash(tube, key);
    assertThat(keys.hasRoom(hash)).isTrue();
    jobs++;
    keys.add(tube, key, hash, jobs, START_NS + jobs);
    model.add(new Known(tube, key, jobs));
  }

  private long job(Known known) {
    return keys.job(known.tube, known.key, Keys.hash(known.tube, known.key));
  }

  private void check() {
    assertThat(keys.size()).isEqualTo(model.size());
    for (var known : model) {
      assertThat(job(known)).as("%s", known).isEqualTo(known.job);
    }
    keys.validate();
  }

  /** A tube's name of any length, and a key of any that no other has. */
  private void addAny(Random random) {
    var name = "t".repeat(1 + random.nextInt(random.nextInt(10) == 0 ? TubeName.BYTES_MAX : 8));
    var number = Long.toString(jobs);
    add(TubeName.of(name), number + "k".repeat(random.nextInt(65 - number.length())));
  }

  @Test
  void all_that_were_added_and_not_forgotten_are_found_however_many_come_and_go() {
    var seed = Long.getLong("headrace.keys.seed", new Random().nextLong());
    System.out.println("keys: -Dheadrace.keys.seed=" + seed);
    var random = new Random(seed);
    for (var tide = 0; tide < 12; tide++) {
      var most = tide % 3 == 2 ? 20_000 : random.nextInt(2_000);
      while (keys.size() < most) {
        addAny(random);
      }
      check();
      var least = tide % 2 == 0 ? 0 : random.nextInt(1 + keys.size());
      while (keys.size() > least) {
        keys.forgetFirst();
        var gone = model.remove();
        if (random.nextInt(100) == 0) {
          assertThat(job(gone)).as("%s", gone).isZero();
        }
      }
      check();
    }
  }

  @Test
  void keys_and_tubes_that_together_look_alike_are_told_apart() {
    add(TubeName.of("ab"), "c");
    add(TubeName.of("a"), "bc");
    add(TubeName.of("abc"), "d");
    add(TubeName.of("abcd"), "c");
    check();
    assertThat(job(new Known(TubeName.of("abc"), "c", 0))).isZero();
    // Whatever their hashes are.
    var rows = new KeyRows();
    var row = rows.add(TubeName.of("abc"), "d", 0, 1, START_NS);
    assertThat(rows.is(row, TubeName.of("abc"), "d")).isTrue();
    assertThat(rows.is(row, TubeName.of("abx"), "d")).isFalse();
    assertThat(rows.is(row, TubeName.of("abc"), "x")).isFalse();
    assertThat(rows.is(row, TubeName.of("ab"), "c")).isFalse();
    assertThat(rows.is(row, TubeName.of("ab"), "cd")).isFalse();
  }

  @Test
  void a_key_of_36_characters_takes_at_most_80_bytes_of_heap_and_gives_them_back() {
    var count = 1_000_000;
    var tube = TubeName.of("mail");
    var before = UsedHeap.bytes();
    for (var i = 0; i < count; i++) {
      var key = String.format("01890a5d-ac96-774b-bcce-%012d", i);
      keys.add(tube, key, Keys.hash(tube, key), i + 1L, START_NS);
    }
    var bytes = (double) (UsedHeap.bytes() - before) / count;
    System.out.printf("heap a key of 36 characters: %.1f bytes%n", bytes);
    assertThat(keys.size()).isEqualTo(count);
    assertThat(bytes).isLessThanOrEqualTo(80);
    while (keys.size() > 100) {
      keys.forgetFirst();
    }
    assertThat(UsedHeap.bytes() - before).isLessThan(1 << 20);
    assertThat(keys.size()).isEqualTo(100);
  }
}
