package io.headrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeepAliveTest {
  @ParameterizedTest
  @ValueSource(ints = {5, 6, 7, 8, 9, 10, 16, 25, 60, 3_600})
  void a_peer_is_asked_several_times_and_given_up_when_the_time_is_over(int seconds) {
    var keepAlive = KeepAlive.within(Duration.ofSeconds(seconds));
    int interval = keepAlive.intervalS();
    assertThat(interval).isPositive();
    for (long number = 0; number < 10_000; number++) {
      int question = keepAlive.idleS(number);
      assertThat(question).isPositive();
      int unanswered = 0;
      // Linux looks at this one when a question is due.
      while (question * 1000 < keepAlive.sentMs()) {
        question += interval;
        unanswered++;
      }
      assertThat(question).isGreaterThan(seconds - interval).isLessThanOrEqualTo(seconds);
      assertThat(unanswered).isGreaterThanOrEqualTo(4);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 25, 60})
  void those_who_come_together_are_not_asked_together(int seconds) {
    var keepAlive = KeepAlive.within(Duration.ofSeconds(seconds));
    int idle = keepAlive.idleS(0);
    int spread = idle / 2 + 1;
    assertThat(LongStream.range(0, 10L * spread).mapToInt(keepAlive::idleS).distinct().toArray())
        .hasSize(spread)
        .contains(idle, idle - spread + 1);
  }
}
