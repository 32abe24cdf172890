package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The judge of the crash trials must itself be able to say no. */
final class LedgerIT {

  private static final Set<Long> NONE = Set.of();

  private final Ledger ledger = new Ledger();
  private final Ledger.Notes notes = new Ledger.Notes();

  @Test
  void what_was_acknowledged_and_is_there_is_right() {
    notes.inserted(1, "a");
    assertThat(judge(Map.of(1L, "a"), NONE, 2)).isEmpty();
  }

  @Test
  void an_acknowledged_job_that_is_gone_is_lost() {
    notes.inserted(1, "a");
    assertThat(judge(Map.of(), NONE, 2)).singleElement().asString().startsWith("lost: job 1");
  }

  @Test
  void a_deleted_job_that_is_there_is_resurrected() {
    notes.inserted(1, "a");
    notes.deleteSent(1);
    notes.deleted(1);
    assertThat(judge(Map.of(1L, "a"), NONE, 2))
        .singleElement()
        .asString()
        .startsWith("resurrected: job 1");
  }

  @Test
  void a_job_deleted_in_an_earlier_life_is_looked_for_again() {
    notes.inserted(1, "a");
    notes.deleted(1);
    assertThat(judge(Map.of(), NONE, 2)).isEmpty();
    assertThat(ledger.idsToCheck(3, new Random(1))).contains(1L);
    assertThat(ledger.judge(Map.of(1L, "a"), NONE, 3))
        .singleElement()
        .asString()
        .startsWith("resurrected: job 1");
  }

  @Test
  void what_was_not_answered_may_have_happened_or_not() {
    notes.putSent("a");
    notes.putSent("b");
    notes.inserted(3, "c");
    notes.deleteSent(3);
    assertThat(judge(Map.of(2L, "b"), NONE, 4)).isEmpty();
  }

  @Test
  void an_unanswered_put_is_there_at_most_once() {
    notes.putSent("a");
    assertThat(judge(Map.of(1L, "a", 2L, "a"), NONE, 3)).hasSize(1);
  }

  @Test
  void a_job_that_nobody_put_is_wrong() {
    assertThat(judge(Map.of(1L, "a"), NONE, 2)).hasSize(1);
  }

  @Test
  void another_body_is_wrong() {
    notes.inserted(1, "a");
    assertThat(judge(Map.of(1L, "b"), NONE, 2)).hasSize(1);
  }

  @Test
  void a_buried_job_stays_buried() {
    notes.inserted(1, "a");
    notes.inserted(2, "b");
    notes.buried(1);
    notes.buried(2);
    assertThat(judge(Map.of(1L, "a", 2L, "b"), Set.of(1L), 3))
        .singleElement()
        .asString()
        .startsWith("job 2 is no longer buried");
  }

  @Test
  void an_id_given_again_is_wrong() {
    notes.inserted(5, "a");
    assertThat(judge(Map.of(5L, "a"), NONE, 5)).singleElement().asString().contains("given again");
    var later = new Ledger.Notes();
    later.inserted(4, "b");
    ledger.add(List.of(later));
    assertThat(ledger.judge(Map.of(5L, "a", 4L, "b"), NONE, 9)).isNotEmpty();
  }

  @Test
  void a_job_delivered_before_its_put_was_answered_is_known() {
    notes.putSent("a");
    notes.reserved(1, "a");
    assertThat(judge(Map.of(), NONE, 2)).singleElement().asString().startsWith("lost: job 1");
  }

  private List<String> judge(Map<Long, String> found, Set<Long> buried, long probeId) {
    ledger.add(List.of(notes));
    return ledger.judge(found, buried, probeId);
  }
}
