package io.headrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a job costs in heap, and a command in garbage. */
final class CostTest {
  private static final SessionId BY = new SessionId(1, 1);
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long START_NS = 1_790_000_000L * SECOND_NS;

  /** Before what the machine allocates is counted, it must be compiled. */
  private static final int WARM_UP = 300_000;

  private static final int COMMANDS = 99_999;

  private QueueMachine machine = new QueueMachine();
  private final Effects effects = new UnheardEffects();
  private long nowNs = START_NS;

  @Test
  void a_ready_job_takes_at_most_80_bytes_of_heap() {
    int jobs = Integer.getInteger("headrace.heap.jobs", 1_000_000);
    open();
    put(1);
    long before = UsedHeap.bytes();
    machine = new QueueMachine();
    open();
    put(jobs);
    double bytes = (double) (UsedHeap.bytes() - before) / jobs;
    System.out.printf("heap a job: %.1f bytes, -Dheadrace.heap.jobs=%d%n", bytes, jobs);
    assertThat(machine.totals().ready()).isEqualTo(jobs);
    assertThat(bytes).isLessThanOrEqualTo(80);
  }

  @Test
  void the_heap_is_given_back_when_jobs_go_also_when_every_thousandth_stays() {
    int jobs = 500_000;
    open();
    long before = UsedHeap.bytes();
    put(jobs);
    for (int job = 1; job <= jobs; job++) {
      if (job % 1_000 != 0) {
        apply(new Command.Delete(BY, job));
      }
    }
    long left = UsedHeap.bytes() - before;
    System.out.printf("heap left by %d jobs when 1 of 1000 stays: %d bytes%n", jobs, left);
    assertThat(machine.totals().ready()).isEqualTo(jobs / 1_000);
    assertThat(left).isLessThan(2 << 20);
    machine.validate();
  }

  @Test
  void a_command_allocates_nothing_in_the_steady_state() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    open();
    put(10_000);
    List<Command> cycles = cycles(1, (WARM_UP + COMMANDS) / 3);
    cycles.subList(0, WARM_UP).forEach(this::apply);

    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = WARM_UP; i < cycles.size(); i++) {
      apply(cycles.get(i));
    }
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;

    System.out.printf("allocated a command: %.3f bytes%n", (double) bytes / COMMANDS);
    assertThat((double) bytes / COMMANDS).isLessThan(1);
    assertThat(machine.totals().ready()).isEqualTo(10_000);
  }

  /** A put, a reserve and the delete of what was reserved, so many times. */
  private static List<Command> cycles(long firstJob, int times) {
    Command put = new Command.Put(BY, 10, 0, 60 * SECOND_NS, new Body(1, 64, 1));
    Command reserve = new Command.Reserve(BY, 0);
    List<Command> commands = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      commands.addAll(List.of(put, reserve, new Command.Delete(BY, firstJob + i)));
    }
    return commands;
  }

  private void open() {
    apply(new Command.Restart(1));
    apply(new Command.SessionOpen(BY, ""));
  }

  private void put(int jobs) {
    Command put = new Command.Put(BY, 10, 0, 60 * SECOND_NS, new Body(1, 64, 1));
    for (int i = 0; i < jobs; i++) {
      apply(put);
    }
  }

  private void apply(Command command) {
    nowNs += 1_000;
    machine.apply(nowNs, command, effects);
  }
}
