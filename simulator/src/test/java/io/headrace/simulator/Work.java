package io.headrace.simulator;

import io.headrace.simulator.Request.Kind;
import java.util.ArrayList;
import java.util.List;

/** Workers that take a job or two at a time and do them, but for one job, which kills them. */
final class Work {
  private static final int WORKERS = 3;

  private final World world;
  private final long poison;
  private final List<SimClient> workers = new ArrayList<>();
  private int killed;

  Work(World world, long poison) {
    this.world = world;
    this.poison = poison;
  }

  /** How many workers have died. */
  int killed() {
    return killed;
  }

  /** Some of the workers take jobs, then each does what it holds. Dead ones are replaced. */
  void round() {
    workers.removeIf(worker -> !world.has(worker));
    while (workers.size() < WORKERS) {
      workers.add(world.newClient());
    }
    for (SimClient worker : workers) {
      for (int i = world.random().nextInt(3); i > 0; i--) {
        world.ask(worker, Kind.LOGGED, "reserve-with-timeout 0");
      }
    }
    world.settle();
    workers.forEach(this::perform);
    world.settle();
  }

  private void perform(SimClient worker) {
    if (worker.held().contains(poison)) {
      killed++;
      worker.breakOff();
    } else if (world.random().nextInt(4) > 0) {
      for (long job : worker.held()) {
        worker.ask(Request.about(Kind.DELETE, "delete", job));
      }
    }
  }
}
