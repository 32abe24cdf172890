package io.headrace.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class EventTest {
  private static final long AT = 1_700_000_000_000_000_000L + 123_000_000;

  private static Event event(String message) {
    return Event.of(EventKind.JOB_POISONED, AT, message);
  }

  @Test
  void an_event_is_one_line_of_json_with_every_field() {
    Event event =
        event("it has killed 3 workers").ofTube("mail").ofJob(17).with("b", 2).with("a", "x");
    assertThat(event.toJson())
        .isEqualTo(
            "{\"event\":\"job-poisoned\",\"time\":\"2023-11-14T22:13:20.123Z\",\"tube\":\"mail\","
                + "\"job\":17,\"message\":\"it has killed 3 workers\",\"repeated\":1,"
                + "\"dropped\":0,\"details\":{\"b\":\"2\",\"a\":\"x\"}}");
  }

  @Test
  void what_would_break_the_json_or_the_line_is_escaped() {
    assertThat(event("\"\\\n\r\t\u0001\u007f\u0085\u2028é😀").toJson())
        .contains("\"\\\"\\\\\\n\\r\\t\\u0001\\u007f\\u0085\\u2028é😀\"");
    assertThat(event("").with("a\"b", "c\nd").toJson()).contains("{\"a\\\"b\":\"c\\nd\"}");
  }

  @Test
  void half_of_a_surrogate_pair_is_replaced() {
    assertThat(event("a\ud83db").toJson()).contains("\"a\ufffdb\"");
    assertThat(event("a\ude00").toJson()).contains("\"a\ufffd\"");
  }

  @Test
  void a_long_message_is_cut_between_two_characters() {
    assertThat(event("x".repeat(5_000)).message()).hasSize(Event.MESSAGE_CHARS_MAX).endsWith("x…");
    assertThat(event("😀".repeat(600)).message())
        .hasSizeLessThanOrEqualTo(Event.MESSAGE_CHARS_MAX)
        .endsWith("😀…");
    assertThat(event("x".repeat(Event.MESSAGE_CHARS_MAX)).message()).endsWith("x");
  }

  @Test
  void details_beyond_the_most_are_left_out_and_long_ones_cut() {
    Event event = event("").with("long", "x".repeat(1_000));
    for (int i : IntStream.range(0, 100).toArray()) {
      event = event.with("key" + i, i);
    }
    assertThat(event.details()).hasSize(Event.DETAILS_MAX).containsKey("key14");
    assertThat(event.details().get("long")).hasSize(Event.DETAIL_CHARS_MAX);
  }

  @Test
  void a_log_line_is_one_line() {
    Event event = event("a\nb").ofTube("mail").ofJob(7);
    assertThat(LogTarget.line(new Telling(event, 1)))
        .isEqualTo("job-poisoned tube mail job 7: a b");
    assertThat(LogTarget.line(new Telling(event("a"), 3)))
        .isEqualTo("job-poisoned: a (the last of 3 alike)");
  }
}
