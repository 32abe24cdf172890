package io.headrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the error of a socket says of its peer. */
final class LossTest {
  @BeforeAll
  static void the_native_errors_are_there() {
    Epoll.ensureAvailability();
  }

  @Test
  void an_acknowledgement_that_stays_away_is_the_networks_fault() {
    assertThat(Loss.of(new NativeIoException("recv", -110, false))).isEqualTo(Loss.UNREACHABLE);
    assertThat(Loss.of(new NativeIoException("recv", -113, false))).isEqualTo(Loss.UNREACHABLE);
    assertThat(Loss.of(new IOException("Connection timed out"))).isEqualTo(Loss.UNREACHABLE);
    assertThat(Loss.of(new UncheckedIOException(new IOException("No route to host"))))
        .isEqualTo(Loss.UNREACHABLE);
  }

  @Test
  void a_reset_is_the_peers() {
    assertThat(Loss.of(new NativeIoException("recv", -104, false))).isEqualTo(Loss.RESET);
    assertThat(Loss.of(new IOException("Connection reset by peer"))).isEqualTo(Loss.RESET);
    assertThat(Loss.of(new IllegalStateException("odd"))).isEqualTo(Loss.RESET);
  }
}
