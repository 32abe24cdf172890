package io.headrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A row keeps whatever it was given, to the nanosecond and to the last count. */
final class JobTableTest {
  private static final long SEED = 20;
  private static final int STEPS = 200_000;
  private static final int JOBS_MAX = 3_000;
  private static final List<Integer> COUNTS =
      List.of(0, 1, 2, 62, 63, 64, 1_000, Integer.MAX_VALUE, -1);
  private static final List<Long> TIMES_NS =
      List.of(
          0L,
          1L,
          999_999_999L,
          1_000_000_000L,
          1_000_000_001L,
          120_000_000_000L,
          0xffff_ffffL * 1_000_000_000L,
          0x1_0000_0000L * 1_000_000_000L,
          Long.MAX_VALUE);
  private static final List<Long> PRIORITIES = List.of(0L, 1L, 0x8000_0000L, 0xffff_ffffL);

  private final JobTable jobs = new JobTable();
  private final SplittableRandom random = new SplittableRandom(SEED);
  private long lastId;

  /** Every field of a row. */
  private record Row(
      long id,
      long order,
      long createdNs,
      long deadlineNs,
      long delayNs,
      long ttrNs,
      Body body,
      long priority,
      int tube,
      int holder,
      List<Integer> counts,
      JobState state) {}

  @Test
  void every_field_keeps_every_value_while_other_rows_come_go_and_change() {
    Map<Integer, Row> expected = new TreeMap<>();
    List<Integer> slots = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      boolean shrinks = step / (STEPS / 4) % 2 == 1;
      if (slots.isEmpty() || (slots.size() < JOBS_MAX && random.nextInt(10) < (shrinks ? 3 : 6))) {
        int slot = jobs.allocate();
        slots.add(slot);
        expected.put(slot, fill(slot, ++lastId));
      } else if (random.nextInt(4) == 0) {
        int slot = oneOf(slots);
        expected.put(slot, fill(slot, jobs.id(slot)));
      } else {
        int slot = slots.remove(/* index */ random.nextInt(slots.size()));
        assertThat(row(slot)).isEqualTo(expected.remove(slot));
        jobs.free(slot);
        assertThat(jobs.isLive(slot)).isFalse();
      }
      assertThat(jobs.size()).isEqualTo(slots.size());
      assertThat(jobs.rare()).isLessThanOrEqualTo(slots.size());
    }
    expected.forEach((slot, row) -> assertThat(row(slot)).isEqualTo(row));
  }

  @Test
  void a_job_as_beanstalkd_knows_it_needs_no_rare_fields() {
    int slot = jobs.allocate();
    jobs.id(slot, Long.MAX_VALUE);
    jobs.order(slot, Long.MAX_VALUE);
    jobs.delayNs(slot, 0xffff_ffffL * 1_000_000_000L);
    jobs.ttrNs(slot, 0xffff_ffffL * 1_000_000_000L);
    jobs.reserves(slot, 63);
    jobs.kicks(slot, 63);

    assertThat(jobs.rare()).isZero();
    jobs.reserves(slot, 64);
    assertThat(jobs.rare()).isEqualTo(1);
    assertThat(jobs.kicks(slot)).isEqualTo(63);
    jobs.free(slot);
    assertThat(jobs.rare()).isZero();
  }

  private Row fill(int slot, long id) {
    boolean isRare = random.nextInt(3) == 0;
    Row row =
        new Row(
            id,
            isRare ? random.nextLong() : id,
            random.nextLong(),
            random.nextLong(),
            isRare ? oneOf(TIMES_NS) : 0,
            isRare ? oneOf(TIMES_NS) : 60_000_000_000L,
            new Body(random.nextLong(), random.nextInt(), random.nextInt()),
            oneOf(PRIORITIES),
            random.nextInt(Limits.TUBES_MAX),
            random.nextInt(),
            Stream.generate(() -> isRare ? oneOf(COUNTS) : random.nextInt(64)).limit(5).toList(),
            oneOf(List.of(JobState.values())));
    jobs.id(slot, row.id);
    jobs.order(slot, row.order);
    jobs.createdNs(slot, row.createdNs);
    jobs.deadlineNs(slot, row.deadlineNs);
    jobs.delayNs(slot, row.delayNs);
    jobs.ttrNs(slot, row.ttrNs);
    jobs.body(slot, row.body.ref(), row.body.bytes(), row.body.crc32c());
    jobs.priority(slot, row.priority);
    jobs.tube(slot, row.tube);
    jobs.holder(slot, row.holder);
    jobs.reserves(slot, row.counts.get(0));
    jobs.timeouts(slot, row.counts.get(1));
    jobs.releases(slot, row.counts.get(2));
    jobs.buries(slot, row.counts.get(3));
    jobs.kicks(slot, row.counts.get(4));
    jobs.state(slot, row.state);
    return row;
  }

  private Row row(int slot) {
    return new Row(
        jobs.id(slot),
        jobs.order(slot),
        jobs.createdNs(slot),
        jobs.deadlineNs(slot),
        jobs.delayNs(slot),
        jobs.ttrNs(slot),
        new Body(jobs.bodyRef(slot), jobs.bodyBytes(slot), jobs.bodyCrc32c(slot)),
        jobs.priority(slot),
        jobs.tube(slot),
        jobs.holder(slot),
        List.of(
            jobs.reserves(slot),
            jobs.timeouts(slot),
            jobs.releases(slot),
            jobs.buries(slot),
            jobs.kicks(slot)),
        jobs.state(slot));
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
