package io.headrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Runs of every kind, each made of its seed alone. */
final class SeededRunsTest {
  @Test
  void a_server_keeps_its_word_whatever_befalls_it() {
    Seeds.run(150, Stories::everything);
  }

  @Test
  void acknowledged_changes_survive_every_loss_of_power() {
    Seeds.run(50, Stories::crashes);
  }

  @Test
  void snapshots_hold_all_that_the_entries_before_them_did() {
    Seeds.run(20, Stories::snapshots);
  }

  @Test
  void a_server_that_keeps_nothing_answers_like_one_that_does() {
    Seeds.run(20, Stories::clients);
  }

  @Test
  void no_more_workers_die_of_a_job_than_its_tube_allows() {
    Seeds.run(20, Stories::poison);
  }

  @Test
  void a_put_with_a_key_is_done_once_however_often_it_is_retried() {
    Seeds.run(20, Stories::keys);
  }

  @Test
  void policies_hold_however_much_time_passes() {
    Seeds.run(20, Stories::policies);
  }

  @Test
  void a_suspect_that_nobody_is_free_for_goes_to_whoever_holds_least() {
    Seeds.run(4, Stories::stuckSuspect);
  }

  @Test
  void a_job_that_was_moved_is_what_its_new_workers_make_of_it() {
    Seeds.run(2, Stories::moved);
  }

  @Test
  void others_are_heard_while_more_is_due_than_a_turn_gets_through() {
    Seeds.run(2, Stories::muchIsDue);
  }

  @Test
  void time_is_kept_while_nobody_speaks_and_the_wall_clock_jumps() {
    Seeds.run(6, Stories::time);
  }

  @Test
  void a_full_disk_refuses_puts_loses_nothing_and_recovers_by_itself() {
    Seeds.run(18, Stories::fullDisk);
  }

  @Test
  void the_files_stay_within_their_bound_under_endless_release() {
    Seeds.run(1, Stories::endlessRelease);
  }

  @Test
  void a_body_that_is_found_damaged_is_not_delivered() {
    Seeds.run(10, Stories::damagedBody);
  }

  @Test
  void a_flipped_bit_is_never_silent() {
    Seeds.run(8, Stories::flippedBits);
  }

  @Test
  void a_seed_gives_the_same_run_each_time() {
    assertThat(traceOf(4)).isEqualTo(traceOf(4)).isNotEqualTo(traceOf(5));
  }

  private static String traceOf(long seed) {
    var world = new World(Scenario.ofSeed(seed, 1_500), LogKind.JOURNAL);
    world.run();
    return world.host().history().last()
        + " entries, "
        + world.host().disk().operations()
        + " operations, last "
        + world.host().disk().lastOperation()
        + ", "
        + world.replies()
        + " replies\n"
        + world.host().server().dump();
  }
}
