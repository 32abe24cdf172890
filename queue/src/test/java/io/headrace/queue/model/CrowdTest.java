package io.headrace.queue.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.Limits;
import io.headrace.queue.MachineSnapshot;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.QueueView;
import io.headrace.queue.SessionEnd;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Crowds of jobs and sessions, far beyond what one entry may change: every entry stays within its
 * bound, all work comes to an end, and a machine restored from a snapshot goes on in the same way.
 */
final class CrowdTest {
  private static final int ROUNDS = 8;
  private static final int STEPS = 40;
  private static final int CROWD = 2_500;
  private static final int SESSIONS_MAX = 3_000;
  private static final int JOBS_MAX = 10_000;

  /** Entries that follow one command at most: several times all jobs and sessions at 1,000 each. */
  private static final int ENTRIES_MAX = 100;

  /** What the work of an entry and its own command change is less than this. */
  private static final int CHANGES_END = Limits.CHANGES_MAX + 2;

  private static final long SECOND_NS = 1_000_000_000L;
  private static final List<TubeName> TUBES =
      List.of(TubeName.DEFAULT, TubeName.of("a"), TubeName.of("b"));

  private QueueMachine machine = new QueueMachine();
  private SplittableRandom random = new SplittableRandom();
  private final EffectList effects = new EffectList();
  private final List<SessionId> idle = new ArrayList<>();
  private final List<SessionId> busy = new ArrayList<>();
  private long nowNs;
  private long lastSession;
  private int epoch;

  @Test
  void crowds_are_served_in_bounded_entries_and_all_work_ends() {
    long seed = Long.getLong("headrace.model.seed", new SplittableRandom().nextLong());
    System.out.println("crowd: -Dheadrace.model.seed=" + seed);
    for (int round = 0; round < ROUNDS; round++) {
      random = new SplittableRandom(seed + round);
      machine = new QueueMachine();
      epoch = 0;
      restart();
      for (int i = 0; i < STEPS; i++) {
        step();
      }
      nowNs += 100 * SECOND_NS;
      finish(new Command.Tick());
      assertThat(machine.totals().delayed()).isZero();
      assertThat(machine.totals().waiting()).isZero();
    }
  }

  private void step() {
    switch (random.nextInt(12)) {
      case 0, 1 -> put();
      case 2 -> open();
      case 3, 4 -> reserve();
      case 5 -> toOne(by -> new Command.PauseTube(by, tube(), oneOf(0, 0, 1, 2) * SECOND_NS));
      case 6 -> bury();
      case 7 -> toOne(by -> new Command.Kick(by, oneOf(1, 1_000, 1_500, 1_000_000)));
      case 8 -> close(1 + random.nextInt(20));
      case 9 -> toOne(by -> new Command.ClearTube(by, tube()));
      case 10 -> {
        if (random.nextInt(4) == 0) {
          restart();
        }
      }
      default -> {
        nowNs += oneOf(1, 2, 4) * SECOND_NS / 2;
        finish(new Command.Tick());
      }
    }
  }

  private void put() {
    for (int i = 0; i < CROWD && machine.totals().ready() < JOBS_MAX && !idle.isEmpty(); i++) {
      long delayNs = oneOf(0, 1, 1, 2) * SECOND_NS;
      Body body = new Body(i, 3, i);
      log(new Command.Put(idle.getFirst(), random.nextInt(4), delayNs, 2 * SECOND_NS, body));
    }
    finish(new Command.Tick());
  }

  private void open() {
    for (int i = 0; i < CROWD && idle.size() + busy.size() < SESSIONS_MAX; i++) {
      SessionId by = new SessionId(epoch, ++lastSession);
      idle.add(by);
      log(new Command.SessionOpen(by, ""));
      log(new Command.Use(by, tube()));
      log(new Command.Watch(by, tube()));
    }
    finish(new Command.Tick());
  }

  /** A crowd waits; or one session takes whatever there is. */
  private void reserve() {
    if (idle.size() > 100 && random.nextBoolean()) {
      long timeoutNs = oneOf(1, 1, 2) * SECOND_NS;
      for (SessionId by : List.copyOf(idle.subList(10, idle.size()))) {
        idle.remove(by);
        busy.add(by);
        log(new Command.Reserve(by, timeoutNs));
      }
    } else if (!idle.isEmpty()) {
      SessionId by = idle.getFirst();
      for (int i = 0; i < CROWD && idle.remove(by); i++) {
        busy.add(by);
        log(new Command.Reserve(by, 0));
      }
    }
    finish(new Command.Tick());
  }

  private void bury() {
    for (long job = machine.lastJob(); job > machine.lastJob() - CROWD && job > 0; job--) {
      if (!idle.isEmpty()) {
        log(new Command.ReserveJob(idle.getFirst(), job));
        log(new Command.Bury(idle.getFirst(), job, 1));
      }
    }
    finish(new Command.Tick());
  }

  private void close(int sessions) {
    for (int i = 0; i < sessions && !idle.isEmpty(); i++) {
      log(new Command.SessionClose(idle.removeFirst(), SessionEnd.QUIT));
    }
    finish(new Command.Tick());
  }

  private void restart() {
    epoch++;
    lastSession = 0;
    idle.clear();
    busy.clear();
    finish(new Command.Restart(epoch));
    open();
  }

  private interface Asking {
    Command by(SessionId session);
  }

  private void toOne(Asking asking) {
    if (!idle.isEmpty()) {
      SessionId by = idle.getFirst();
      idle.remove(by);
      busy.add(by);
      log(asking.by(by));
    }
    if (random.nextInt(3) == 0) {
      finish(new Command.Tick());
    }
  }

  /** Logs one entry; whoever is told something may ask again. */
  private List<Effect> log(Command command) {
    QueueView before = machine.totals();
    machine.apply(nowNs, command, effects);
    QueueView after = machine.totals();
    List<Effect> told = effects.take();
    assertThat(Math.abs(after.ready() - before.ready())).isLessThan(CHANGES_END);
    assertThat(Math.abs(after.reserved() - before.reserved())).isLessThan(CHANGES_END);
    assertThat(Math.abs(after.buried() - before.buried())).isLessThan(CHANGES_END);
    // Each session may wait for the end of one kick or clear, and many may find nothing to do.
    assertThat(told)
        .filteredOn(
            effect -> !(effect instanceof Effect.Kicked || effect instanceof Effect.Cleared))
        .hasSizeLessThan(CHANGES_END + 2);
    for (Effect effect : told) {
      if (busy.remove(effect.to())) {
        idle.add(effect.to());
      }
    }
    return told;
  }

  /** Logs the command and all that follows, on the way of a snapshot and on a copy made of it. */
  private void finish(Command command) {
    SnapshotRecords records = new SnapshotRecords();
    MachineSnapshot walk = machine.snapshot(records);
    List<Command> commands = new ArrayList<>(List.of(command));
    List<List<Effect>> told = new ArrayList<>(List.of(log(command)));
    boolean isDone = walk.step(10);
    while (machine.unfinished() || machine.nextDeadlineNs() <= nowNs) {
      assertThat(told.size()).as("entries that follow %s", command).isLessThan(ENTRIES_MAX);
      commands.add(machine.unfinished() ? new Command.Continue() : new Command.Tick());
      told.add(log(commands.getLast()));
    }
    machine.validate();
    while (!isDone) {
      isDone = walk.step(1_000);
    }
    QueueMachine copy = records.restore();
    for (int i = 0; i < commands.size(); i++) {
      copy.apply(nowNs, commands.get(i), effects);
      assertThat(effects.take()).isEqualTo(told.get(i));
    }
    assertThat(copy.totals()).isEqualTo(machine.totals());
  }

  private TubeName tube() {
    return TUBES.get(random.nextInt(TUBES.size()));
  }

  private long oneOf(long... all) {
    return all[random.nextInt(all.length)];
  }
}
