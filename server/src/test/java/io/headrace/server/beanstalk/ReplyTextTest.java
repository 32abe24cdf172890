package io.headrace.server.beanstalk;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.TubeName;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ReplyTextTest {
  @Test
  void a_text_beyond_its_limit_is_known_and_the_next_one_is_good() {
    var text = new ReplyText().begin();
    String mebibyte = "x".repeat(1 << 20);
    for (int i = 0; i < 63; i++) {
      text.raw(mebibyte);
    }
    assertThat(text.isTooLong()).isFalse();
    text.raw(mebibyte);
    assertThat(text.isTooLong()).isTrue();
    assertThat(text.begin().isTooLong()).isFalse();
    assertThat(text.bytes()).isEqualTo(4);
  }

  @Test
  void strings_are_quoted_so_that_any_reader_of_yaml_gets_them_back() {
    var text = new ReplyText().begin();
    text.quoted("os", "a \"b\" \\ c").quoted("name", TubeName.of("a\"b")).item(TubeName.of("x y"));
    var out = Unpooled.buffer();
    text.writeTo(out);
    assertThat(out.toString(StandardCharsets.US_ASCII))
        .isEqualTo("---\nos: \"a \\\"b\\\" \\\\ c\"\nname: \"a%22b\"\n- x%20y\n");
  }
}
