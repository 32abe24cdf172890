package io.headrace.cli.capture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HexViewTest {
  @Test
  void the_byte_at_which_reading_stopped_is_marked_in_hex_and_text() {
    var capture =
        new Samples()
            .in("list-tube-used\r\n")
            .out("USING default\r\n")
            .in("put 1 2 3 4\u001b x 5\r\n")
            .stoppedAt(29);
    assertThat(HexView.all(capture))
        .isEqualTo(
            """
            capture 3: bad-format at 2025-11-28T20:00:01.123456789Z
            connection 5 of 127.0.0.1:40000 to 127.0.0.1:11300, open since \
            2025-11-28T20:00:00.123456788Z
            34 bytes received, the last 34 are here; 15 sent, the last 15 are here
            reading stopped at byte 29 of what was received
            expected: 'put <pri> <delay> <ttr> <bytes>'

            > received -1.000000 s, 16 bytes from byte 0 on
            00000000  6c 69 73 74 2d 74 75 62 65 2d 75 73 65 64 0d 0a   list-tube-used..

            < sent -0.999000 s, 15 bytes from byte 0 on
            00000000  55 53 49 4e 47 20 64 65 66 61 75 6c 74 0d 0a      USING default..

            > received -0.998000 s, 18 bytes from byte 16 on
            00000010  70 75 74 20 31 20 32 20 33 20 34 1b 20 78 20 35   put 1 2 3 4. x 5
                                                             ^^                      ^
            00000020  0d 0a                                             ..\
            """);
  }

  @Test
  void of_a_long_one_the_end_is_shown() {
    var capture = new Samples().in("a".repeat(100)).in("bcd").out("e").byHand();
    assertThat(HexView.end(capture, 5))
        .contains("2 bytes from byte 98 on", "3 bytes from byte 100 on", "1 bytes from byte 0 on")
        .doesNotContain("61 61 61");
  }

  @Test
  void a_byte_that_is_no_longer_there_is_said_to_be_gone() {
    assertThat(HexView.all(new Samples().lose(50, 0).in("abc", false).stoppedAt(10)))
        .contains("reading stopped at byte 10 of what was received, which is no longer here\n")
        .doesNotContain("^^");
  }
}
