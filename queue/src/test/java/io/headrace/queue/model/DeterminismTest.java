package io.headrace.queue.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.Command;
import io.headrace.queue.MachineSnapshot;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.SnapshotRows;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The same entries give the same effects and the same state, to the byte. */
final class DeterminismTest {
  private static final int LIVES = 40;
  private static final int STEPS = 1_000;

  @Test
  void two_machines_fed_the_same_entries_have_the_same_effects_and_snapshots() {
    for (long seed = 0; seed < LIVES; seed++) {
      List<Step.Apply> entries = entries(seed);
      QueueMachine one = new QueueMachine();
      QueueMachine other = new QueueMachine();

      assertThat(replay(one, entries)).as("seed %d", seed).isEqualTo(replay(other, entries));
      assertThat(SnapshotRecords.of(one).bytes())
          .as("seed %d", seed)
          .isEqualTo(SnapshotRecords.of(other).bytes());
    }
  }

  @Test
  void a_snapshot_taken_in_steps_is_that_of_the_moment_it_began() {
    for (long seed = 0; seed < LIVES; seed++) {
      List<Step.Apply> entries = entries(seed);
      QueueMachine still = new QueueMachine();
      QueueMachine moving = new QueueMachine();
      List<Step.Apply> before = entries.subList(0, STEPS / 2);
      replay(still, before);
      replay(moving, before);

      List<String> atOnce = SnapshotRows.of(SnapshotRecords.of(still).all());
      SnapshotRecords inSteps = new SnapshotRecords();
      MachineSnapshot walk = moving.snapshot(inSteps);
      EffectList effects = new EffectList();
      boolean isDone = false;
      for (Step.Apply entry : entries.subList(STEPS / 2, entries.size())) {
        moving.apply(entry.stampNs(), entry.command(), effects);
        isDone = isDone || walk.step(1);
      }
      while (!isDone) {
        isDone = walk.step(1_000);
      }

      assertThat(SnapshotRows.of(inSteps.all())).as("seed %d", seed).isEqualTo(atOnce);
      assertThat(Picture.ofAll(inSteps.restore()))
          .as("seed %d", seed)
          .isEqualTo(Picture.ofAll(still));
    }
  }

  @Test
  void a_machine_restored_from_a_snapshot_has_the_effects_of_the_one_it_was_taken_of() {
    for (long seed = 0; seed < LIVES; seed++) {
      List<Step.Apply> entries = entries(seed);
      QueueMachine live = new QueueMachine();
      replay(live, entries.subList(0, STEPS / 2));
      QueueMachine copy = SnapshotRecords.of(live).restore();
      List<Step.Apply> rest = entries.subList(STEPS / 2, entries.size());

      assertThat(replay(copy, rest)).as("seed %d", seed).isEqualTo(replay(live, rest));
      assertThat(Picture.ofAll(copy)).as("seed %d", seed).isEqualTo(Picture.ofAll(live));
    }
  }

  private static List<List<Effect>> replay(QueueMachine machine, List<Step.Apply> entries) {
    EffectList effects = new EffectList();
    List<List<Effect>> told = new ArrayList<>();
    for (Step.Apply entry : entries) {
      machine.apply(entry.stampNs(), entry.command(), effects);
      told.add(effects.take());
    }
    return told;
  }

  /** What a generator would log; the model only tells it what may come next. */
  private static List<Step.Apply> entries(long seed) {
    NaiveQueue model = new NaiveQueue();
    CommandGenerator generator = new CommandGenerator(seed, model);
    List<Step.Apply> entries = new ArrayList<>();
    while (entries.size() < STEPS) {
      if (generator.next() instanceof Step.Apply entry) {
        model.apply(entry.stampNs(), entry.command());
        entries.add(entry);
        entries.add(new Step.Apply(entry.stampNs(), new Command.Tick()));
      }
    }
    return entries;
  }
}
