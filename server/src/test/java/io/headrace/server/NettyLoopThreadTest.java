package io.headrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class NettyLoopThreadTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
  private final NettyLoopThread loop = NettyLoopThread.start("test-loop", failures::add);

  @AfterEach
  void stop() {
    loop.close();
  }

  private String next() throws InterruptedException {
    String entry = log.poll(Served.PATIENCE_S, TimeUnit.SECONDS);
    assertThat(entry).as("something that runs on the loop").isNotNull();
    return entry;
  }

  @Test
  void a_step_runs_after_the_tasks_of_its_turn() throws Exception {
    loop.execute(() -> {
      loop.atEndOfTurn(() -> log.add("step"));
      loop.execute(() -> log.add("task"));
    });
    assertThat(List.of(next(), next())).containsExactly("task", "step");
  }

  @Test
  void a_step_that_asks_for_another_lets_the_next_turn_run_first() throws Exception {
    loop.execute(() ->
        loop.atEndOfTurn(() -> {
          log.add("first");
          loop.atEndOfTurn(() -> log.add("second"));
          loop.execute(() -> log.add("task"));
        }));
    assertThat(List.of(next(), next(), next())).containsExactly("first", "task", "second");
  }

  @Test
  void a_timer_fires_not_before_its_time() throws Exception {
    long at = loop.nanoTime() + 20 * MS;
    loop.execute(() -> loop.wakeAt(at, () -> log.add("wake")));
    assertThat(next()).isEqualTo("wake");
    assertThat(loop.nanoTime() - at).isNotNegative();
  }

  @Test
  void only_the_latest_timer_counts() throws Exception {
    long now = loop.nanoTime();
    loop.execute(() -> {
      loop.wakeAt(now + 5 * MS, () -> log.add("early"));
      loop.wakeAt(now + 40 * MS, () -> log.add("late"));
    });
    assertThat(next()).isEqualTo("late");
    assertThat(loop.nanoTime() - (now + 40 * MS)).isNotNegative();
  }

  @Test
  void a_timer_can_be_moved_forward() throws Exception {
    long now = loop.nanoTime();
    loop.execute(() -> {
      loop.wakeAt(now + TimeUnit.DAYS.toNanos(1), () -> log.add("tomorrow"));
      loop.wakeAt(now + 5 * MS, () -> log.add("now"));
    });
    assertThat(next()).isEqualTo("now");
  }

  @Test
  void a_timer_fires_once() throws Exception {
    long now = loop.nanoTime();
    loop.execute(() -> loop.wakeAt(now, () -> log.add("wake")));
    assertThat(next()).isEqualTo("wake");
    loop.execute(() -> loop.wakeAt(now + 20 * MS, () -> log.add("again")));
    assertThat(next()).isEqualTo("again");
  }

  @Test
  void what_a_task_throws_ends_the_server_and_nothing_runs_after_it() throws Exception {
    loop.execute(() -> {
      loop.atEndOfTurn(() -> log.add("step"));
      throw new AssertionError("the rule");
    });
    assertThat(failures.poll(Served.PATIENCE_S, TimeUnit.SECONDS)).hasMessage("the rule");
    loop.execute(() -> log.add("task"));
    loop.close();
    assertThat(log).isEmpty();
    assertThat(failures).isEmpty();
  }

  @Test
  void a_task_and_a_step_count_as_long_as_they_take() throws Exception {
    loop.execute(() -> {
      loop.atEndOfTurn(() -> {
        busy(20 * MS);
        loop.execute(() -> log.add(Long.toString(loop.turns().maxNs())));
      });
      busy(20 * MS);
    });
    assertThat(Long.parseLong(next())).isGreaterThan(39 * MS);
  }

  private void busy(long ns) {
    long end = loop.nanoTime() + ns;
    while (loop.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
