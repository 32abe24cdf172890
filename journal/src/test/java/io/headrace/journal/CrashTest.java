package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.Command;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.UnheardEffects;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Loses power at random moments, and keeps any subset of what was not forced. */
class CrashTest {
  private static final int ROUNDS = 40;
  private static final int CRASHES = 6;

  private static final JournalOptions SMALL = JournalOptions.defaults().withSegmentBytes(64 << 10);

  @Test
  void what_comes_back_is_a_prefix_that_holds_every_acknowledged_change() throws IOException {
    long seed = Long.getLong("headrace.seed", System.nanoTime());
    System.out.println("CrashTest seed " + seed);
    int snapshots = 0;
    int copies = 0;
    int removed = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Round done = new Round(new Random(seed + round), seed + round);
      done.run();
      JournalFiles files = JournalFiles.list(done.disk);
      snapshots += files.snapshots().size();
      copies += files.bodies().size();
      removed += files.log().getFirst() - 1;
    }
    assertThat(snapshots).as("snapshots that were there, seed %d", seed).isPositive();
    assertThat(copies).as("segments of copies that were there, seed %d", seed).isPositive();
    assertThat(removed).as("segments that were removed, seed %d", seed).isPositive();
  }

  private static final class Round {
    final Random random;
    final long seed;
    final List<Shell.Logged> log = new ArrayList<>();
    MemoryDisk disk = new MemoryDisk();

    Round(Random random, long seed) {
      this.random = random;
      this.seed = seed;
    }

    void run() {
      for (int crash = 0; crash < CRASHES; crash++) {
        ManualThread forces = new ManualThread();
        ManualThread chores = new ManualThread();
        long inlineNs = random.nextBoolean() ? 0 : Long.MAX_VALUE;
        Durability durability = durability();
        JournalOptions options = SMALL.with(durability).withInlineForceMaxNs(inlineNs);
        Shell shell = new Shell(disk, options, forces, chores);
        check(shell);
        shell.logged = log;
        shell.start();
        int turns = random.nextInt(random.nextBoolean() ? 100 : 2500);
        for (int turn = 0; turn < turns; turn++) {
          turn(shell, forces, chores);
        }
        long durable =
            durability instanceof Durability.Fsync
                ? Math.max(shell.acknowledgedIndex, shell.journal.forcedIndex())
                : shell.journal.forcedIndex();
        acknowledged = Math.max(acknowledged, durable);
        disk = disk.crash(random);
        shell.bodies.close();
      }
    }

    long acknowledged;

    private Durability durability() {
      return switch (random.nextInt(4)) {
        case 0 -> new Durability.Never();
        case 1 -> new Durability.Interval(Duration.ofMillis(50));
        default -> new Durability.Fsync();
      };
    }

    private void turn(Shell shell, ManualThread forces, ManualThread chores) {
      int commands = random.nextInt(6);
      for (int i = 0; i < commands; i++) {
        command(shell);
      }
      shell.turn();
      int steps = random.nextInt(4);
      for (int i = 0; i < steps; i++) {
        forces.step();
        chores.step();
      }
      if (random.nextInt(40) == 0) {
        forces.passTime();
      }
    }

    private void command(Shell shell) {
      long last = shell.machine.lastJob();
      long job = last == 0 ? 1 : 1 + random.nextLong(last);
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> {
          byte[] body =
              new byte[random.nextInt(30) == 0 ? random.nextInt(90_000) : random.nextInt(900)];
          random.nextBytes(body);
          shell.put(body, random.nextInt(4) == 0 ? 1_000_000 : 0);
        }
        case 3, 4, 5, 6 -> shell.submit(new Command.Delete(shell.session, job));
        case 7 -> shell.submit(new Command.ReserveJob(shell.session, job));
        case 8 -> shell.submit(new Command.Release(shell.session, job, 5, 0));
        default -> shell.submit(new Command.Bury(shell.session, job, 7));
      }
    }

    /** The recovered machine is what the log's first entries make. */
    private void check(Shell shell) {
      long recovered = shell.journal.safeIndex();
      assertThat(recovered)
          .as("entries that came back, seed %d", seed)
          .isBetween(acknowledged, (long) log.size());
      QueueMachine expected = new QueueMachine();
      BodyStore bodies = shell.bodies;
      log.subList((int) recovered, log.size()).clear();
      for (Shell.Logged entry : log) {
        expected.apply(entry.stampNs(), entry.command(), new UnheardEffects());
      }
      assertThat(Shell.describe(shell.machine))
          .as("state, seed %d", seed)
          .isEqualTo(Shell.describe(expected));
      shell.machine.validate();
      assertThat(bodies.usedBytes()).isGreaterThanOrEqualTo(shell.machine.totals().bodyBytes());
      shell.checkBodies();
    }
  }
}
