package io.headrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeepAliveTest {
  @ParameterizedTest
  @ValueSource(ints = {5, 6, 9, 25, 60, 3_600})
  void the_last_question_comes_when_the_time_is_over_and_then_the_peer_is_given_up(int seconds) {
    var keepAlive = KeepAlive.within(Duration.ofSeconds(seconds));
    int lastS = keepAlive.idleS() + keepAlive.probes() * keepAlive.intervalS();
    assertThat(lastS).isEqualTo(seconds);
    assertThat(keepAlive.idleS()).isPositive();
    assertThat(keepAlive.intervalS()).isPositive();
    // Linux looks at this one when a question is due: not a question earlier, not one later.
    assertThat(keepAlive.sentMs())
        .isGreaterThan((lastS - keepAlive.intervalS()) * 1000)
        .isLessThan(lastS * 1000);
  }
}
