package io.headrace.queue;

import static io.headrace.queue.TestQueue.A;
import static io.headrace.queue.TestQueue.B;
import static io.headrace.queue.TestQueue.FILM;
import static io.headrace.queue.TestQueue.LONG_NS;
import static io.headrace.queue.TestQueue.MAIL;
import static io.headrace.queue.TestQueue.SECOND_NS;
import static io.headrace.queue.TestQueue.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.headrace.queue.model.Effect;
import io.headrace.queue.model.SnapshotRecords;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Puts with a key: done once while the key is remembered. */
final class KeyTest {
  private final TestQueue queue = new TestQueue();

  private List<Effect> put(SessionId by, String key) {
    return queue.apply(new Command.PutKeyed(aPut(by), key));
  }

  private Command.Put aPut(SessionId by) {
    return new Command.Put(by, 10, 0, LONG_NS, queue.body(4));
  }

  private static Effect inserted(long job) {
    return new Effect.Inserted(A, job);
  }

  private static Effect known(long job) {
    return new Effect.Known(A, job);
  }

  @Test
  void a_key_that_is_known_gets_the_first_id_and_its_body_is_given_back() {
    assertThat(put(A, "k")).containsExactly(inserted(1));
    var again = new Body(77, 5, 1);

    assertThat(queue.apply(new Command.PutKeyed(aPut(B).withBody(again), "k")))
        .containsExactly(new Effect.Freed(77, 5), new Effect.Known(B, 1));
    assertThat(queue.machine.size()).isEqualTo(1);
    assertThat(queue.put(A)).as("no id was taken").isEqualTo(2);
    assertThat(queue.machine.totals().producers()).isEqualTo(2);
  }

  @Test
  void a_key_outlives_its_job_and_its_tube() {
    queue.apply(new Command.Use(A, MAIL));
    put(A, "k");
    queue.apply(new Command.Delete(A, 1));
    queue.apply(new Command.Use(A, TubeName.DEFAULT));
    assertThat(queue.machine.tubes()).containsExactly(TubeName.DEFAULT);

    queue.apply(new Command.Use(A, MAIL));
    assertThat(put(A, "k")).contains(known(1));
  }

  @Test
  void a_key_belongs_to_the_tube_that_it_was_put_into() {
    put(A, "k");
    queue.apply(new Command.Use(A, MAIL));
    assertThat(put(A, "k")).contains(inserted(2));
    queue.apply(new Command.Use(A, FILM));
    assertThat(put(A, "k")).contains(inserted(3));
    queue.apply(new Command.Use(A, MAIL));
    assertThat(put(A, "k")).contains(known(2));
  }

  @Test
  void a_key_is_forgotten_after_its_window_at_a_whole_second() {
    queue.passUnseen(SECOND_NS / 4);
    put(A, "k");
    queue.pass(Limits.KEY_WINDOW_NS);
    assertThat(put(A, "k")).as("the second is not over").contains(known(1));
    queue.pass(SECOND_NS - SECOND_NS / 4 - 1);
    assertThat(put(A, "k")).contains(known(1));
    queue.passUnseen(1);
    assertThat(put(A, "k")).contains(inserted(2));
  }

  @Test
  void a_repeat_does_not_lengthen_the_window() {
    put(A, "k");
    queue.pass(Limits.KEY_WINDOW_NS - SECOND_NS);
    assertThat(put(A, "k")).contains(known(1));
    queue.pass(SECOND_NS);
    assertThat(queue.machine.keys()).isZero();
    assertThat(put(A, "k")).contains(inserted(2));
  }

  @Test
  void another_window_holds_for_the_keys_there_are() {
    put(A, "k");
    queue.pass(10 * SECOND_NS);
    queue.apply(new Command.SetKeyWindow(11 * SECOND_NS));
    assertThat(put(A, "k")).contains(known(1));
    queue.apply(new Command.SetKeyWindow(10 * SECOND_NS));
    assertThat(queue.machine.keys()).isZero();
    assertThat(put(A, "k")).contains(inserted(2));
  }

  @Test
  void a_put_that_is_refused_leaves_no_key() {
    queue.apply(
        new Command.SetPolicy(
            A, TubeName.DEFAULT, PolicySettings.NONE.with(PolicyKey.MAX_READY, 1), 0));
    put(A, "k");
    assertThat(put(A, "full")).contains(said(A, Answer.OUT_OF_MEMORY));
    assertThat(put(A, "k")).as("known, though there is no room").contains(known(1));
    queue.apply(new Command.Delete(A, 1));
    assertThat(put(A, "full")).contains(inserted(3));
  }

  @Test
  void a_put_of_nobody_leaves_no_key() {
    var gone = new SessionId(1, 99);
    assertThat(queue.apply(new Command.PutKeyed(aPut(gone).withBody(new Body(77, 5, 1)), "k")))
        .containsExactly(new Effect.Freed(77, 5));
    assertThat(put(A, "k")).contains(inserted(2));
  }

  @Test
  void keys_that_somebody_has_chosen_to_be_alike_are_refused_at_their_limit() {
    var alike = new ArrayList<String>();
    for (var i = 0; alike.size() <= Limits.KEYS_ALIKE_MAX; i++) {
      var key = "k" + i;
      if ((Keys.hash(TubeName.DEFAULT, key) & 1023) == 5) {
        alike.add(key);
      }
    }
    var last = alike.removeLast();
    alike.forEach(key -> put(A, key));
    assertThat(put(A, last)).contains(said(A, Answer.OUT_OF_MEMORY));
    assertThat(put(A, alike.getLast())).contains(known(Limits.KEYS_ALIKE_MAX));
    assertThat(put(A, "another")).contains(inserted(Limits.KEYS_ALIKE_MAX + 2));
  }

  @Test
  void many_keys_are_forgotten_by_several_entries() {
    for (var i = 0; i < 2 * Limits.KEYS_FORGOTTEN_MAX + 1; i++) {
      queue.entry(new Command.PutKeyed(aPut(A), "k" + i));
    }
    queue.passUnseen(Limits.KEY_WINDOW_NS);
    queue.entry(new Command.Tick());
    assertThat(queue.machine.keys()).isEqualTo(Limits.KEYS_FORGOTTEN_MAX + 1);
    assertThat(queue.machine.nextDeadlineNs()).isLessThanOrEqualTo(queue.nowNs());
    queue.apply(new Command.Tick());
    assertThat(queue.machine.keys()).isZero();
    assertThat(queue.machine.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void what_is_due_beside_many_keys_does_not_wait_for_them() {
    for (var i = 0; i < 10 * Limits.KEYS_FORGOTTEN_MAX; i++) {
      queue.entry(new Command.PutKeyed(aPut(A), "k" + i));
    }
    queue.entry(new Command.PutKeyed(aPut(A), "late"));
    queue.put(A, 10, Limits.KEY_WINDOW_NS + SECOND_NS, LONG_NS);
    queue.passUnseen(Limits.KEY_WINDOW_NS + SECOND_NS);
    queue.entry(new Command.Tick());
    assertThat(queue.machine.totals().delayed()).isZero();
    assertThat(queue.machine.keys()).isPositive();
  }

  @Test
  void a_snapshot_holds_the_keys_that_were_there_when_it_began() {
    // So long that those that are forgotten leave some of their memory.
    var tube = TubeName.of("t".repeat(TubeName.BYTES_MAX));
    queue.apply(new Command.Use(A, tube));
    for (var i = 0; i < 300; i++) {
      put(A, "k" + i);
      queue.pass(SECOND_NS);
    }
    var records = new SnapshotRecords();
    var walk = queue.machine.snapshot(records);
    // Some are forgotten before the walk is there, some are put that it must not hold.
    queue.pass(Limits.KEY_WINDOW_NS - 101 * SECOND_NS);
    assertThat(queue.machine.keys()).isEqualTo(100);
    put(A, "new");
    while (!walk.step(1)) {
      // One step visits one place.
    }
    var restored = records.restore();
    restored.validate();
    assertThat(restored.keys()).isEqualTo(300);
    for (var i = 0; i < 300; i++) {
      assertThat(restored.keyedJob(tube, "k" + i)).isEqualTo(i + 1);
    }
    assertThat(restored.keyedJob(tube, "new")).isZero();
  }

  @Test
  void a_snapshot_holds_the_window() {
    queue.apply(new Command.SetKeyWindow(7 * SECOND_NS));
    assertThat(SnapshotRecords.of(queue.machine).restore().keyWindowNs()).isEqualTo(7 * SECOND_NS);
  }

  @Test
  void a_snapshot_with_a_key_twice_is_refused() {
    put(A, "k");
    var records = SnapshotRecords.of(queue.machine);
    records.repeat(SnapshotRecord.KEYS);
    assertThatIllegalArgumentException()
        .isThrownBy(records::restore)
        .withMessageContaining("a key twice");
  }
}
