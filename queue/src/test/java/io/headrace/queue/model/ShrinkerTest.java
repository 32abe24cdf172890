package io.headrace.queue.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.Command;
import io.headrace.queue.JobState;
import io.headrace.queue.SessionId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ShrinkerTest {
  private static final long SEED = 7;

  /** A model that forgets the priority: the first put is the first taken. */
  private static final class ForgetsPriority extends NaiveQueue {
    @Override
    Comparator<NaiveJob> order(JobState state) {
      return state == JobState.READY ? Comparator.comparingLong(j -> j.id) : super.order(state);
    }
  }

  @Test
  void a_broken_model_is_found_out_and_a_handful_of_steps_is_left() {
    List<Step> steps = stepsUntilItFails();

    List<Step> shortest =
        new Shrinker(some -> LockstepTest.failure(some, new ForgetsPriority()).isPresent())
            .shrink(steps);

    // Restart, open, two puts that the model takes in the wrong order, and what shows it.
    assertThat(shortest).hasSizeLessThanOrEqualTo(6);
    assertThat(LockstepTest.failure(shortest, new ForgetsPriority())).isPresent();
  }

  @Test
  void the_report_is_java_that_makes_the_steps() {
    String report = LockstepTest.report(SEED, stepsUntilItFails(), ForgetsPriority::new);

    assertThat(report)
        .contains("seed 7")
        .contains("new Step.Apply(", "new Command.Restart(")
        .contains("new Command.Put(new SessionId(", "new Body(");
  }

  @Test
  void a_list_of_jobs_is_java_too() {
    var said = new Command.LastSent(new SessionId(1, 2), List.of(3L, 4L), "quit");
    assertThat(JavaSource.of(List.of(new Step.Apply(5, said))))
        .contains("new Command.LastSent(new SessionId(1, 2L), List.of(3L, 4L), \"quit\")");
  }

  private static List<Step> stepsUntilItFails() {
    NaiveQueue model = new ForgetsPriority();
    Lockstep lockstep = new Lockstep(model, 1);
    CommandGenerator generator = new CommandGenerator(SEED, model);
    List<Step> steps = new ArrayList<>();
    Optional<Throwable> failure = Optional.empty();
    while (failure.isEmpty()) {
      steps.add(generator.next());
      try {
        lockstep.perform(steps.getLast());
      } catch (RuntimeException e) {
        failure = Optional.of(e);
      }
    }
    return steps;
  }
}
