package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NicenessTest {
  /** Place of the niceness behind the name in parentheses, see proc(5). */
  private static final int NICE = 16;

  private static int own() {
    try {
      String stat = Files.readString(Path.of("/proc/thread-self/stat"));
      return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[NICE]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int of(JournalThread thread) {
    List<Integer> found = new ArrayList<>();
    thread.run(() -> found.add(own()));
    thread.join();
    thread.close();
    return found.getFirst();
  }

  @Test
  void a_background_thread_leaves_the_processors_to_others() {
    int before = own();
    int background = of(JournalThread.background("test"));
    if (before <= Niceness.BACKGROUND) {
      assertThat(background).isEqualTo(Niceness.BACKGROUND);
    } else {
      // The tests themselves run with a higher one, and to lower that takes a privilege.
      assertThat(background).isIn(Niceness.BACKGROUND, before);
    }
    assertThat(of(JournalThread.platform("test"))).isEqualTo(before);
    assertThat(own()).as("of the thread that asked for it").isEqualTo(before);
  }
}
