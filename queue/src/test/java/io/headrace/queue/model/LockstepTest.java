package io.headrace.queue.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The machine in lockstep with the naive model. {@code -Dheadrace.model.commands=N} says how many
 * commands, {@code -Dheadrace.model.seed=N} which; a run prints its seed.
 */
final class LockstepTest {
  private static final int STEPS_A_LIFE = 4_000;
  private static final int LOOKS_EVERY = 16;

  /** Between two looks: more than there are steps. To look takes longer than all else. */
  private static final int NEVER_LOOK = 1_000_000;

  /** What must have come at least once, or the commands were too tame. */
  private static final String[] ANSWERS = {
    "AttemptBegan",
    "BURIED",
    "BURST_WITHOUT_RATE",
    "Cleared",
    "DEADLINE_SOON",
    "DELETED",
    "DIED",
    "DROPPED DROP",
    "EXHAUSTED BURY",
    "EXHAUSTED DROP",
    "EXHAUSTED MOVE",
    "EXPIRED DROP",
    "Freed",
    "Inserted",
    "JOB_DROPPED",
    "JOB_KICKED",
    "JOB_RETRIED",
    "JOB_UNDROPPED",
    "DOCKET_KEPT",
    "Kicked",
    "Known",
    "MOVE_TO_ITSELF",
    "NOT_FOUND",
    "NOT_IGNORED",
    "OUT_OF_MEMORY",
    "PAUSED",
    "POISONED BURY",
    "POLICY_SET",
    "RELEASED",
    "Reserved",
    "Sick",
    "Struggles",
    "TIMED_OUT",
    "TimedOut",
    "TOUCHED",
    "Using",
    "Watching",
    "attempt RESTART",
    "attempt UNREACHABLE"
  };

  @Test
  void the_machine_does_what_the_naive_model_does() {
    long commands = Long.getLong("headrace.model.commands", 1_000_000);
    long seed = Long.getLong("headrace.model.seed", new SplittableRandom().nextLong());
    System.out.println("model: " + commands + " commands, -Dheadrace.model.seed=" + seed);
    long lives = (commands + STEPS_A_LIFE - 1) / STEPS_A_LIFE;
    AtomicInteger restored = new AtomicInteger();
    SortedMap<String, Long> answers = new TreeMap<>();
    LongStream.range(0, lives)
        .parallel()
        .forEach(life -> {
          Lockstep lived = live(seed, life);
          restored.addAndGet(lived.restored());
          synchronized (answers) {
            lived.answers().forEach((answer, times) -> answers.merge(answer, times, Long::sum));
          }
        });
    System.out.println("model: " + restored + " snapshots restored, answers " + answers);
    assertThat(restored.get()).isPositive();
    assertThat(answers).containsKeys(ANSWERS);
  }

  /** What was counted of a tube is gone with its last job, also for a command of that moment. */
  @Test
  void a_tube_that_nobody_needs_is_new_to_the_command_that_finds_it_so() {
    SessionId by = new SessionId(1, 1);
    TubeName tube = TubeName.of("t");
    List<Command> commands =
        List.of(
            new Command.Restart(1),
            new Command.SessionOpen(by, "10.0.0.1:1"),
            new Command.Use(by, tube),
            new Command.Put(by, 0, 0, 1, new Body(1, 1, 1)),
            new Command.Use(by, TubeName.DEFAULT),
            new Command.ReserveJob(by, 1),
            new Command.Bury(by, 1, 0),
            new Command.DropJob(by, 1));
    List<Step> steps = new ArrayList<>();
    commands.forEach(command -> steps.add(new Step.Apply(0, command)));
    steps.add(new Step.Apply(TimeUnit.DAYS.toNanos(30), new Command.Use(by, tube)));
    assertThat(failure(steps, new NaiveQueue())).isEmpty();
  }

  private static Lockstep live(long seed, long life) {
    NaiveQueue model = new NaiveQueue();
    Lockstep lockstep = new Lockstep(model, LOOKS_EVERY);
    CommandGenerator generator = new CommandGenerator(seed + life, model);
    List<Step> steps = new ArrayList<>();
    try {
      for (int i = 0; i < STEPS_A_LIFE; i++) {
        steps.add(generator.next());
        lockstep.perform(steps.getLast());
      }
    } catch (RuntimeException | AssertionError e) {
      System.out.println("model: life " + life + " fails and is made shorter: " + trace(e));
      fail(report(seed, steps, NaiveQueue::new));
    }
    return lockstep;
  }

  /** The shortest list of steps that fails, as Java, and how it fails. */
  static String report(long seed, List<Step> failing, Supplier<NaiveQueue> model) {
    Shrinker coarse = new Shrinker(steps -> failure(steps, model.get(), NEVER_LOOK).isPresent());
    Shrinker fine = new Shrinker(steps -> failure(steps, model.get()).isPresent());
    List<Step> shortest = fine.shrink(coarse.shrink(failing));
    Throwable why = failure(shortest, model.get()).orElseThrow();
    return "seed %d\n%s\n%s".formatted(seed, JavaSource.of(shortest), trace(why));
  }

  private static String trace(Throwable why) {
    StringBuilder trace = new StringBuilder(why.toString());
    if (!(why instanceof Lockstep.Deviation)) {
      List.of(why.getStackTrace()).stream()
          .limit(12)
          .forEach(at -> trace.append("\n\tat ").append(at));
    }
    return trace.toString();
  }

  /** Performs the steps from the beginning, looking after each. */
  static Optional<Throwable> failure(List<Step> steps, NaiveQueue model) {
    return failure(steps, model, 1);
  }

  /** The same, looking now and then, and at the end. */
  private static Optional<Throwable> failure(List<Step> steps, NaiveQueue model, int looksEvery) {
    Lockstep lockstep = new Lockstep(model, looksEvery);
    try {
      steps.forEach(lockstep::perform);
      lockstep.look();
      return Optional.empty();
    } catch (RuntimeException | AssertionError e) {
      return Optional.of(e);
    }
  }
}
