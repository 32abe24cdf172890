package io.headrace.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ThresholdWatchTest {
  private final ThresholdWatch watch = new ThresholdWatch();

  @Test
  void what_rises_to_80_percent_is_told_once() {
    assertThat(watch.rose(0.799)).isFalse();
    assertThat(watch.rose(0.80)).isTrue();
    assertThat(watch.rose(0.95)).isFalse();
  }

  @Test
  void it_is_told_again_only_after_it_was_below_75_percent() {
    assertThat(watch.rose(0.9)).isTrue();
    assertThat(watch.rose(0.75)).isFalse();
    assertThat(watch.rose(0.9)).isFalse();
    assertThat(watch.rose(0.749)).isFalse();
    assertThat(watch.rose(0.78)).isFalse();
    assertThat(watch.rose(0.8)).isTrue();
  }
}
