package io.headrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.simulator.DiskFaults.Fate;
import io.headrace.simulator.Scenario.Faults;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * A small run that goes through everything a journal does, and a fault at each of its operations on
 * the disk in turn.
 */
final class EveryOperationTest {
  private static final int ROUNDS = 50;

  /** Changes of the disk by which the first start of all has made its first segment. */
  private static final int FIRST_START_CHANGES = 5;

  /** Room in memory for two or three of the bodies, and for two that come. */
  private static final long LITTLE_MEMORY_BYTES = 80_000;

  private static World live(Function<FakeDisk, DiskFaults> faults, Faults also) {
    return live(Scenario.calm(7, 0).with(also), faults);
  }

  private static World live(Scenario scenario, Function<FakeDisk, DiskFaults> faults) {
    var world = new World(scenario, LogKind.JOURNAL);
    world.host().disk().faults(faults.apply(world.host().disk()));
    world.host().start();
    SmallLife.live(world, ROUNDS);
    return world;
  }

  /** The same, then the end of all faults, an empty queue, and a restart. */
  private static World run(Function<FakeDisk, DiskFaults> faults, Faults also) {
    return run(Scenario.calm(7, 0).with(also), faults);
  }

  private static World run(Scenario scenario, Function<FakeDisk, DiskFaults> faults) {
    var world = live(scenario, faults);
    world.heal();
    world.drain();
    world.restart();
    return world;
  }

  private static FakeDisk calmDisk() {
    return live(disk -> DiskFaults.NONE, Faults.NONE).host().disk();
  }

  private static LongStream changes() {
    return LongStream.rangeClosed(1, calmDisk().changes());
  }

  private static LongStream operations() {
    return LongStream.rangeClosed(1, calmDisk().operations());
  }

  @Test
  void the_small_run_goes_through_everything_a_journal_does() {
    var disk = calmDisk();
    assertThat(disk.everNamed()).filteredOn(name -> name.endsWith(".seg")).hasSizeGreaterThan(8);
    assertThat(disk.everNamed()).filteredOn(name -> name.endsWith(".bodies")).isNotEmpty();
    assertThat(disk.everNamed()).filteredOn(name -> name.endsWith(".snap")).hasSizeGreaterThan(2);
    assertThat(disk.names()).as("files that are left").doesNotContain("000000000001.seg");
  }

  @Test
  void a_crash_at_any_operation_loses_nothing_that_was_acknowledged() {
    Seeds.each(
        changes(),
        n -> {
          var world = run(disk -> DiskFaults.crashAtChange((int) n), Faults.NONE);
          assertThat(world.host().starts()).as("starts with the crash").isGreaterThan(1);
        });
  }

  @Test
  void a_crash_at_any_operation_loses_nothing_where_memory_holds_few_bodies() {
    var scenario = Scenario.calm(7, 0).withMemoryBytes(LITTLE_MEMORY_BYTES);
    var calm = live(scenario, disk -> DiskFaults.NONE);
    assertThat(calm.host().server().machine().spilledBytes()).as("not in memory").isPositive();
    Seeds.each(
        LongStream.rangeClosed(1, calm.host().disk().changes()),
        n -> run(scenario, disk -> DiskFaults.crashAtChange((int) n)));
  }

  @Test
  void a_failure_of_any_operation_delivers_nothing_wrong_where_memory_holds_few_bodies() {
    var scenario = Scenario.calm(7, 0).withMemoryBytes(LITTLE_MEMORY_BYTES);
    var calm = live(scenario, disk -> DiskFaults.NONE);
    Seeds.each(
        LongStream.rangeClosed(1, calm.host().disk().operations()),
        n -> run(scenario, disk -> DiskFaults.failAt((int) n, Fate.FAILS, n % 2 == 0)));
  }

  @Test
  void a_second_crash_in_the_recovery_from_the_first_loses_nothing_either() {
    Seeds.each(
        changes(),
        n -> run(disk -> DiskFaults.crashAtChanges((int) n, 1 + (int) (n % 9)), Faults.NONE));
  }

  @Test
  void a_failure_of_any_operation_but_of_a_copy_s_source_ends_the_server_and_loses_nothing() {
    Seeds.each(
        operations(),
        n -> {
          boolean[] atSource = new boolean[1];
          var world = run(disk -> failAt((int) n, atSource), Faults.NONE);
          if (!atSource[0]) {
            assertThat(world.host().refusals()).as("what the server said as it ended").isNotEmpty();
          }
        });
  }

  /** Fails at an operation, and tells whether it was one by which bodies are read to be copied. */
  private static DiskFaults failAt(int n, boolean[] atSource) {
    var failing = DiskFaults.failAt(n, Fate.FAILS, n % 2 == 0);
    return (operation, name) -> {
      var fate = failing.fateOf(operation, name);
      boolean ofBodies = name.endsWith(".seg") || name.endsWith(".bodies");
      atSource[0] |= fate != Fate.DONE && !operation.changes() && ofBodies;
      return fate;
    };
  }

  @Test
  void a_full_disk_at_any_operation_loses_nothing_and_does_not_end_the_server() {
    var refusing = new Faults(0, 1, Faults.NO_LIMIT, false);
    Seeds.each(
        changes().filter(n -> n > FIRST_START_CHANGES),
        n -> {
          var world =
              run(disk -> DiskFaults.fullForChanges(disk, (int) n, 1 + (int) (n % 4)), refusing);
          assertThat(world.host().refusals()).as("what the server said as it ended").isEmpty();
        });
  }
}
