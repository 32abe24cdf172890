package io.headrace.queue;

import static io.headrace.queue.TestQueue.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * What a command costs of CPU, of the machine alone, beside many jobs, tubes and sessions: in
 * turns, so that what else the computer does hits all alike. Prints medians. A bench, and no test:
 * it runs when it is named, see docs/benchmarks.md.
 */
final class CommandCost {
  private static final int ROUNDS = Integer.getInteger("headrace.bench.rounds", 11);
  private static final int CYCLES = 200_000;
  private static final SessionId WORKER = new SessionId(1, 1);
  private static final SessionId CROWD = new SessionId(1, 2);
  private static final Command PUT = put(WORKER);
  private static final Command RESERVE = new Command.Reserve(WORKER, 0);

  /** A machine with its own crowd, and the CPU its rounds took. */
  private static final class Scene {
    private final String name;
    private final QueueMachine machine = new QueueMachine();
    private final LastReserved effects = new LastReserved();
    private final List<Double> rounds = new ArrayList<>();
    private long nowNs = 1_790_000_000L * SECOND_NS;

    Scene(String name, Consumer<Scene> crowd) {
      this.name = name;
      apply(new Command.Restart(1));
      apply(new Command.SessionOpen(WORKER, ""));
      apply(new Command.SessionOpen(CROWD, ""));
      crowd.accept(this);
    }

    void apply(Command command) {
      nowNs += 1_000;
      machine.apply(nowNs, command, effects);
    }

    /** Puts, reserves, touches and deletes; the front of the tube is what was put longest ago. */
    void round() {
      long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      for (int i = 0; i < CYCLES; i++) {
        apply(PUT);
        apply(RESERVE);
        apply(new Command.Touch(WORKER, effects.reserved));
        apply(new Command.Delete(WORKER, effects.reserved));
      }
      long spent = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
      rounds.add((double) spent / CYCLES);
    }

    double median() {
      return rounds.stream().sorted().skip(rounds.size() / 2).findFirst().orElseThrow();
    }
  }

  private static final class LastReserved extends UnheardEffects {
    private long reserved;

    @Override
    public void reserved(SessionId to, long job, long bodyRef, int bodyBytes) {
      reserved = job;
    }
  }

  @Test
  void a_put_a_reserve_a_touch_and_a_delete_beside_crowds() {
    List<Scene> scenes =
        List.of(
            new Scene("1,000 jobs", scene -> jobs(scene, 1_000)),
            new Scene("and 10,000 tubes, 2 jobs each", CommandCost::tubes),
            new Scene("and 10,000 sessions, half waiting 100 s", s -> sessions(s, 100)),
            new Scene("the same, waiting beyond any TTR", s -> sessions(s, 1_000_000)),
            new Scene("and 100,000 jobs held by one session", CommandCost::held),
            new Scene("1,000,000 jobs", scene -> jobs(scene, 1_000_000)),
            new Scene("3,000,000 jobs", scene -> jobs(scene, 3_000_000)));
    for (int round = 0; round < ROUNDS; round++) {
      scenes.forEach(Scene::round);
    }
    double alone = scenes.getFirst().median();
    for (Scene scene : scenes) {
      System.out.printf(
          "%-42s %6.1f ns, %.2f x %s%n",
          scene.name,
          scene.median(),
          scene.median() / alone,
          Arrays.toString(scene.rounds.stream().mapToLong(Math::round).sorted().toArray()));
      assertThat(scene.machine.totals().total()).isGreaterThan((long) CYCLES * ROUNDS);
    }
  }

  private static Command put(SessionId by) {
    return new Command.Put(by, 1_024, 0, 120 * SECOND_NS, new Body(1, 64, 1));
  }

  private static void jobs(Scene scene, int jobs) {
    for (int i = 0; i < jobs; i++) {
      scene.apply(PUT);
    }
  }

  private static void tubes(Scene scene) {
    jobs(scene, 1_000);
    for (int i = 0; i < 10_000; i++) {
      scene.apply(new Command.Use(CROWD, TubeName.of("tube" + i)));
      scene.apply(put(CROWD));
      scene.apply(put(CROWD));
    }
  }

  private static void sessions(Scene scene, long waitSeconds) {
    jobs(scene, 1_000);
    TubeName other = TubeName.of("other");
    for (int i = 0; i < 10_000; i++) {
      SessionId session = new SessionId(1, 10 + i);
      scene.apply(new Command.SessionOpen(session, ""));
      if (i % 2 == 0) {
        scene.apply(new Command.Watch(session, other));
        scene.apply(new Command.Ignore(session, TubeName.DEFAULT));
        scene.apply(new Command.Reserve(session, waitSeconds * SECOND_NS));
      }
    }
  }

  private static void held(Scene scene) {
    jobs(scene, 101_000);
    for (int i = 0; i < 100_000; i++) {
      scene.apply(new Command.Reserve(CROWD, 0));
      scene.nowNs += (i % 1_000 == 0) ? 1 : 0;
    }
  }
}
