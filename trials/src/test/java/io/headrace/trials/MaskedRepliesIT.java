package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is made equal, and that nothing else is. */
final class MaskedRepliesIT {

  @Test
  void each_reply_is_kept_with_its_body() {
    assertThat(MaskedReplies.of("INSERTED 7\r\nRESERVED 7 4\r\na\r\nb\r\nDELETED\r\n"))
        .containsExactly("INSERTED 7", "RESERVED 7 4 a\r\nb", "DELETED");
  }

  @Test
  void a_body_of_another_length_is_seen() {
    assertThat(MaskedReplies.of("FOUND 7 3\r\nab\r\nOUT\r\n").getFirst())
        .startsWith("[body not of the length said]");
    assertThat(MaskedReplies.of("OK 3\r\n---\n\r\n").getFirst()).startsWith("[body not");
  }

  @Test
  void a_reply_without_its_end_is_seen() {
    assertThat(MaskedReplies.of("DELETED\r\nDELE")).containsExactly("DELETED", "[no CRLF] DELE");
  }

  @Test
  void stats_differ_by_values_by_order_and_by_missing_keys() {
    var stats = stats("total-jobs: 1\ncurrent-waiting: 0\npid: 5\n");
    assertThat(stats).isEqualTo(stats("total-jobs: 1\ncurrent-waiting: 0\npid: 6\n"));
    assertThat(stats).isNotEqualTo(stats("total-jobs: 2\ncurrent-waiting: 0\npid: 5\n"));
    assertThat(stats).isNotEqualTo(stats("current-waiting: 0\ntotal-jobs: 1\npid: 5\n"));
    assertThat(stats).isNotEqualTo(stats("total-jobs: 1\ncurrent-waiting: 0\n"));
  }

  @Test
  void quotes_and_keys_that_beanstalkd_has_not_are_no_difference() {
    assertThat(stats("name: \"a\"\nheadrace-version: \"1\"\n")).isEqualTo(stats("name: a\n"));
  }

  @Test
  void the_order_of_tubes_is_no_difference_but_their_names_are() {
    assertThat(stats("- a\n- b\n")).isEqualTo(stats("- b\n- a\n")).isNotEqualTo(stats("- a\n"));
  }

  private static String stats(String items) {
    var body = "---\n" + items;
    return MaskedReplies.of("OK " + body.length() + "\r\n" + body + "\r\n").getFirst();
  }
}
