package io.headrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ConnectionHealthTest {
  private static final long MSS = 1_000;

  private static TcpFacts tcp(long retransmits, int retriesNow, int probes) {
    return new TcpFacts(100, 50, retransmits, retriesNow, 0, probes, MSS);
  }

  private static ConnectionHealth of(long outBytes, int waitingBytes, TcpFacts tcp) {
    return ConnectionHealth.of(
        new WireFacts(1, outBytes, waitingBytes, /* inputEnded= */ false, Optional.of(tcp)));
  }

  @Test
  void a_connection_of_which_nothing_is_known_is_healthy() {
    assertThat(ConnectionHealth.of(WireFacts.NONE)).isEqualTo(ConnectionHealth.HEALTHY);
  }

  @Test
  void a_peer_that_has_ended_its_side_is_half_open_whatever_else() {
    var facts = new WireFacts(1, 1, 1, /* inputEnded= */ true, Optional.of(tcp(9, 9, 9)));
    assertThat(ConnectionHealth.of(facts)).isEqualTo(ConnectionHealth.HALF_OPEN);
  }

  @Test
  void silence_is_a_stall_and_a_full_window_is_none() {
    assertThat(of(1, 0, tcp(1, 1, 1))).isEqualTo(ConnectionHealth.HEALTHY);
    assertThat(of(1, 0, tcp(2, 2, 0))).isEqualTo(ConnectionHealth.STALLED);
    assertThat(of(1, 0, tcp(0, 0, 2))).isEqualTo(ConnectionHealth.STALLED);
    assertThat(of(1, 1, tcp(0, 0, 5))).isEqualTo(ConnectionHealth.SLOW_READER);
    assertThat(of(1, 1, tcp(2, 2, 0))).isEqualTo(ConnectionHealth.STALLED);
  }

  @Test
  void more_than_one_segment_of_a_hundred_sent_again_is_lossy() {
    assertThat(of(1_000 * MSS, 0, tcp(10, 0, 0))).isEqualTo(ConnectionHealth.HEALTHY);
    assertThat(of(1_000 * MSS, 0, tcp(11, 0, 0))).isEqualTo(ConnectionHealth.LOSSY);
    assertThat(of(0, 0, tcp(1, 0, 0))).isEqualTo(ConnectionHealth.HEALTHY);
    assertThat(of(0, 0, tcp(2, 0, 0))).isEqualTo(ConnectionHealth.LOSSY);
  }
}
