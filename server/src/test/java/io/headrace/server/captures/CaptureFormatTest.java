package io.headrace.server.captures;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CaptureFormatTest {
  private static final byte[] ANY = {0, '\n', (byte) 0xff, 'e', 'n', 'd', ' ', '\r', '\n'};

  static Capture capture(long id) {
    return new Capture(
        id,
        1_764_360_000_123_456_789L,
        new Speaker(5, "127.0.0.1:5\n1234", "127.0.0.1:11300", 1_764_359_000_000_000_000L),
        new Finding(CaptureCause.BAD_FORMAT, 12, "'put <pri>'", List.of(3L, 4L)),
        109,
        9,
        List.of(
            new Chunk(true, 1_764_360_000_000_000_000L, 100, true, ANY),
            new Chunk(false, 1_764_360_000_000_000_001L, 0, false, ANY)));
  }

  @Test
  void what_is_written_is_read_again() {
    byte[] written = CaptureFormat.write(capture(7));
    Capture read = CaptureFormat.read(written);
    assertThat(CaptureFormat.write(read)).isEqualTo(written);
    assertThat(read)
        .usingRecursiveComparison()
        .ignoringFields("speaker.peer")
        .isEqualTo(capture(7));
    assertThat(read.speaker().peer()).isEqualTo("127.0.0.1:5?1234");
  }

  @Test
  void it_begins_with_lines_that_a_person_reads() {
    assertThat(new String(CaptureFormat.write(capture(7)), UTF_8))
        .startsWith(
            """
            headrace-capture 1
            id: 7
            time-ns: 1764360000123456789
            cause: bad-format
            """)
        .contains("\njobs: 3 4\n\nin 1764360000000000000 100 9 begins\n");
  }

  @Test
  void less_or_other_than_all_of_it_is_refused() {
    byte[] written = CaptureFormat.write(capture(7));
    for (int length = 0; length < written.length; length++) {
      byte[] part = Arrays.copyOf(written, length);
      assertThatThrownBy(() -> CaptureFormat.read(part))
          .as("the first %d bytes", length)
          .isInstanceOf(IllegalArgumentException.class);
      byte[] other = written.clone();
      other[length] ^= 1;
      assertThatThrownBy(() -> CaptureFormat.read(other))
          .as("byte %d is another one", length)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
