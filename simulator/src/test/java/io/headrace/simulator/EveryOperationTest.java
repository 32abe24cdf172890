package io.headrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.simulator.DiskFaults.Fate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * A small run that goes through everything a journal does, and a fault at each of its operations on
 * the disk in turn.
 */
final class EveryOperationTest {
  private static final Scenario SMALL = Scenario.calm(11, 330).withBodyBytes(3_500);

  /** Runs the scenario with faults from the first start on. */
  private static World run(Scenario scenario, DiskFaults faults) {
    var world = new World(scenario, LogKind.JOURNAL);
    world.host().disk().faults(faults);
    world.run();
    world.restart();
    return world;
  }

  @Test
  void the_small_run_goes_through_everything_a_journal_does() {
    var world = run(SMALL, DiskFaults.NONE);
    assertThat(world.host().disk().everNamed())
        .as("several segments, bodies copied forward, and three snapshots")
        .filteredOn(name -> name.endsWith(".seg"))
        .hasSizeGreaterThan(4);
    assertThat(world.host().disk().everNamed())
        .filteredOn(name -> name.endsWith(".bodies"))
        .isNotEmpty();
    assertThat(world.host().disk().everNamed())
        .filteredOn(name -> name.endsWith(".snap"))
        .hasSizeGreaterThan(2);
  }

  @Test
  void a_crash_at_any_operation_loses_nothing_that_was_acknowledged() {
    long changes = run(SMALL, DiskFaults.NONE).host().disk().changes();
    Seeds.each(
        LongStream.rangeClosed(1, changes), n -> run(SMALL, DiskFaults.crashAtChange((int) n)));
  }

  @Test
  void a_crash_at_any_operation_of_the_recovery_after_a_crash_loses_nothing_either() {
    long changes = run(SMALL, DiskFaults.NONE).host().disk().changes();
    Seeds.each(
        LongStream.rangeClosed(1, changes).filter(n -> n % 4 == 0),
        n -> {
          for (int after = 1; after <= 3; after++) {
            run(SMALL, DiskFaults.crashAtChanges((int) n, after + (int) (n / 4 % 4) * 3));
          }
        });
  }

  @Test
  void a_failure_of_any_operation_ends_the_server_and_loses_nothing() {
    long operations = run(SMALL, DiskFaults.NONE).host().disk().operations();
    Seeds.each(
        LongStream.rangeClosed(1, operations),
        n -> {
          var world = run(SMALL, DiskFaults.failAt((int) n, Fate.FAILS, n % 2 == 0));
          assertThat(world.host().refusals()).as("what the server said as it ended").isNotEmpty();
        });
  }
}
