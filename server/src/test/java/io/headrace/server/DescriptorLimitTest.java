package io.headrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DescriptorLimitTest {
  @Test
  void the_soft_limit_is_read() {
    assertThat(
            DescriptorLimit.parse("Max open files            1024                 524288   files"))
        .isEqualTo(1024);
  }

  @Test
  void no_limit_is_a_large_one() {
    assertThat(
            DescriptorLimit.parse("Max open files            unlimited            unlimited files"))
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void some_descriptors_are_kept_back() {
    assertThat(DescriptorLimit.defaultConnectionsMax())
        .isPositive()
        .isLessThanOrEqualTo(DescriptorLimit.read())
        .isLessThanOrEqualTo(DescriptorLimit.CONNECTIONS_MAX);
  }
}
