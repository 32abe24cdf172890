package io.headrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The index finds what is there and nothing else, and costs what its docstring says. */
final class JobIndexTest {
  private static final int JOBS = 500_000;

  /** Bytes of the least table of cells. */
  private static final long LEAST_BYTES = 4 << 10;

  private final JobIndex index = new JobIndex();

  @Test
  void it_finds_what_was_added_and_not_removed_whatever_the_ids() {
    SplittableRandom random = new SplittableRandom(11);
    Map<Long, Integer> expected = new HashMap<>();
    List<Long> ids = new ArrayList<>();
    long lastId = 0;
    for (int step = 0; step < 600_000; step++) {
      boolean shrinks = step / 100_000 % 2 == 1;
      if (ids.isEmpty() || random.nextInt(10) < (shrinks ? 3 : 7)) {
        lastId += random.nextInt(8) == 0 ? random.nextLong(1L << 40) : 1;
        ids.add(lastId);
        expected.put(lastId, step);
        index.add(lastId, step);
      } else {
        int at = random.nextInt(3) == 0 ? 0 : random.nextInt(ids.size());
        long id = ids.set(at, ids.getLast());
        ids.removeLast();
        assertThat(index.slot(id)).isEqualTo(expected.remove(id));
        index.remove(id);
      }
      long any = ids.isEmpty() ? lastId : ids.get(random.nextInt(ids.size()));
      assertThat(index.slot(any)).isEqualTo(expected.getOrDefault(any, JobTable.NONE));
      long near = any + random.nextInt(40) - 20;
      assertThat(index.slot(near)).isEqualTo(expected.getOrDefault(near, JobTable.NONE));
    }
    expected.forEach((id, slot) -> assertThat(index.slot(id)).isEqualTo(slot));
  }

  @Test
  void ids_that_no_job_can_have_are_not_found() {
    index.add(1, 0);
    for (long id : new long[] {0, -1, 2, 17, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32}) {
      assertThat(index.slot(id)).isEqualTo(JobTable.NONE);
    }
  }

  @Test
  void jobs_with_ids_in_a_row_cost_less_than_six_bytes_each() {
    for (int i = 0; i < JOBS; i++) {
      index.add(i + 1, i);
      assertThat(index.bytes()).isLessThan(6L * i + 6 * LEAST_BYTES);
    }
    assertThat(index.bytes()).isLessThan(6L * JOBS);
  }

  @Test
  void jobs_each_alone_among_a_thousand_ids_cost_less_than_128_bytes_each() {
    for (int i = 0; i < JOBS; i++) {
      index.add(1_000L * i, i);
      assertThat(index.bytes()).isLessThanOrEqualTo(124L * i + 2 * LEAST_BYTES);
    }
    for (int i = 0; i < JOBS; i++) {
      index.remove(1_000L * i);
      assertThat(index.bytes()).isLessThanOrEqualTo(124L * (JOBS - i) + 2 * LEAST_BYTES);
    }
  }

  @Test
  void one_job_left_of_each_thousand_costs_less_than_128_bytes() {
    for (int i = 0; i < JOBS; i++) {
      index.add(i, i);
    }
    for (int i = 0; i < JOBS; i++) {
      if (i % 1_000 != 0) {
        index.remove(i);
      }
    }
    assertThat(index.bytes()).isLessThanOrEqualTo(124L * (JOBS / 1_000) + LEAST_BYTES);
    for (int i = 0; i < JOBS; i += 1_000) {
      assertThat(index.slot(i)).isEqualTo(i);
    }
  }
}
