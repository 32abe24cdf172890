package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NicenessTest {
  private static int of(JournalThread thread) {
    List<Integer> found = new ArrayList<>();
    thread.run(() -> found.add(Niceness.own()));
    thread.join();
    thread.close();
    return found.getFirst();
  }

  @Test
  void a_background_thread_leaves_the_processors_to_others() {
    int before = Niceness.own();
    assertThat(of(JournalThread.background("test")))
        .isEqualTo(Math.max(before, Niceness.BACKGROUND));
    assertThat(of(JournalThread.platform("test"))).isEqualTo(before);
    assertThat(Niceness.own()).as("of the thread that asked for it").isEqualTo(before);
  }

  @Test
  void one_that_has_less_already_gets_no_more() {
    JournalThread thread = JournalThread.platform("test");
    thread.run(() -> Niceness.raise(15));
    thread.run(() -> Niceness.raise(Niceness.BACKGROUND));
    assertThat(of(thread)).isGreaterThanOrEqualTo(15);
  }
}
