package io.headrace.queue;

import static io.headrace.queue.TestQueue.A;
import static io.headrace.queue.TestQueue.B;
import static io.headrace.queue.TestQueue.C;
import static io.headrace.queue.TestQueue.MAIL;
import static io.headrace.queue.TestQueue.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.model.SnapshotRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** When most jobs go, the rows of those that stay are moved together; nobody notices. */
final class SparseTest {
  private static final int JOBS = 40_000;
  private static final int STAY_ONE_OF = 50;

  private final TestQueue queue = new TestQueue();
  private final SplittableRandom random = new SplittableRandom(3);

  @Test
  void jobs_that_stay_keep_all_they_had_while_their_rows_move() {
    fill();
    List<JobView> before = views(queue.machine, staying());

    leaving().forEach(this::delete);

    assertThat(views(queue.machine, staying())).isEqualTo(before);
    queue.machine.validate();
  }

  @Test
  void jobs_that_stay_leave_in_their_order_although_their_rows_moved() {
    fill();
    List<List<Long>> before = orders(queue.machine);

    leaving().forEach(this::delete);

    List<List<Long>> expected =
        before.stream().map(o -> o.stream().filter(SparseTest::stays).toList()).toList();
    assertThat(orders(queue.machine)).isEqualTo(expected);
  }

  @Test
  void a_snapshot_on_whose_way_rows_move_is_that_of_the_moment_it_began() {
    fill();
    List<Long> leaving = leaving();
    leaving.subList(0, JOBS / 4).forEach(this::delete);
    leaving.subList(0, JOBS / 4).clear();
    List<Long> all = Stream.concat(leaving.stream(), staying().stream()).toList();
    List<JobView> before = views(queue.machine, all);
    List<List<Long>> orders = orders(queue.machine);
    SnapshotRecords records = new SnapshotRecords();
    MachineSnapshot walk = queue.machine.snapshot(records);
    boolean isDone = false;
    for (long job : leaving) {
      delete(job);
      if (random.nextInt(50) == 0) {
        put(0);
      }
      isDone = isDone || walk.step(random.nextInt(40) == 0 ? 1 : 0);
    }
    while (!isDone) {
      isDone = walk.step(1_000);
    }

    QueueMachine copy = records.restore();

    copy.validate();
    assertThat(views(copy, all)).isEqualTo(before);
    assertThat(orders(copy)).isEqualTo(orders);
  }

  @Test
  void the_pages_stay_below_four_times_what_is_needed_whichever_jobs_go_first() {
    List<JobTable> tables = List.of(new JobTable(), new JobTable(), new JobTable());
    for (JobTable jobs : tables) {
      for (int i = 0; i < JOBS; i++) {
        jobs.id(jobs.allocate(), i + 1);
      }
    }
    for (int i = 0; i < JOBS; i++) {
      remove(tables.get(0), lowest(tables.get(0)));
      remove(tables.get(1), tables.get(1).highest());
      remove(tables.get(2), anyOf(tables.get(2)));
    }
  }

  /** Removes a job as the state does, and checks the bound. */
  private static void remove(JobTable jobs, int slot) {
    jobs.free(slot);
    for (int moves = 0; moves < 4 && jobs.isSparse(); moves++) {
      jobs.moveDown(jobs.highest());
    }
    assertThat(jobs.pages()).isLessThanOrEqualTo(jobs.size() * 4 / RowPages.PAGE_ROWS + 4);
  }

  private static int lowest(JobTable jobs) {
    int slot = 0;
    while (!jobs.isLive(slot)) {
      slot++;
    }
    return slot;
  }

  private int anyOf(JobTable jobs) {
    int slot = random.nextInt(jobs.slotLimit());
    while (!jobs.isLive(slot)) {
      slot = random.nextInt(jobs.slotLimit());
    }
    return slot;
  }

  /** Jobs of two tubes in all states and orders; sessions A and C hold some. */
  private void fill() {
    queue.entry(new Command.Use(A, MAIL));
    queue.entry(new Command.Use(B, TubeName.DEFAULT));
    for (int i = 0; i < JOBS; i++) {
      put(random.nextInt(4) == 0 ? 1 + random.nextInt(1_000) : 0);
      long job = queue.machine.lastJob();
      switch (random.nextInt(6)) {
        case 0 -> queue.entry(new Command.ReserveJob(C, job));
        case 1 -> queue.entry(new Command.ReserveJob(A, job));
        case 2 -> {
          queue.entry(new Command.ReserveJob(B, job));
          queue.entry(new Command.Bury(B, job, random.nextInt(9)));
        }
        default -> {}
      }
    }
    queue.machine.validate();
  }

  private void put(int delaySeconds) {
    queue.entry(
        new Command.Put(
            random.nextBoolean() ? A : B,
            random.nextInt(5),
            delaySeconds * SECOND_NS,
            2_000 * SECOND_NS + random.nextInt(2),
            queue.body(4)));
  }

  private void delete(long job) {
    queue.entry(new Command.Delete(random.nextBoolean() ? A : C, job));
    queue.entry(new Command.Delete(A, job));
    queue.entry(new Command.Delete(C, job));
  }

  private static boolean stays(long job) {
    return job % STAY_ONE_OF == 0;
  }

  private static List<Long> staying() {
    return LongStream.rangeClosed(1, JOBS).filter(SparseTest::stays).boxed().toList();
  }

  /** Those that go, in any order. */
  private List<Long> leaving() {
    List<Long> jobs =
        new ArrayList<>(
            LongStream.rangeClosed(1, JOBS).filter(job -> !stays(job)).boxed().toList());
    for (int i = jobs.size() - 1; i > 0; i--) {
      jobs.set(i, jobs.set(random.nextInt(i + 1), jobs.get(i)));
    }
    return jobs;
  }

  private List<JobView> views(QueueMachine machine, List<Long> jobs) {
    return jobs.stream().map(job -> machine.job(job, queue.nowNs()).orElseThrow()).toList();
  }

  private List<List<Long>> orders(QueueMachine machine) {
    List<List<Long>> orders = new ArrayList<>();
    for (TubeName tube : List.of(MAIL, TubeName.DEFAULT)) {
      for (JobState state : JobState.values()) {
        orders.add(
            machine.jobs(tube, state, JOBS, queue.nowNs()).stream().map(JobView::job).toList());
      }
    }
    return orders;
  }
}
