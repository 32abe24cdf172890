package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the relay does, seen by a client that believes everything. */
final class FaultyRelayIT {

  @TempDir Path folder;

  private RunningServer server;

  @BeforeEach
  void starts() throws IOException {
    server = RunningServer.of(Peer.BEANSTALKD, folder).start();
  }

  @AfterEach
  void ends() {
    server.close();
  }

  /** Uses a tube well, and then asks for another one, which the fault strikes. */
  private Talk.Reply struck(Fault fault) throws IOException {
    try (var relay = FaultyRelay.to(server.port(), "use struck", fault);
        var talk = Talk.to(relay.port())) {
      assertThat(talk.ask("use well").line()).isEqualTo("USING well");
      assertThat(relay.struck()).isFalse();
      try {
        return talk.ask("use struck");
      } finally {
        assertThat(relay.struck()).isTrue();
      }
    }
  }

  @Test
  void it_refuses() throws IOException {
    try (var relay = FaultyRelay.to(server.port(), "", new Fault.Refused())) {
      assertThatThrownBy(() -> Talk.to(relay.port())).isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void it_resets() {
    assertThatThrownBy(() -> struck(new Fault.Reset())).isInstanceOf(SocketException.class);
  }

  @Test
  void it_closes() {
    assertThatThrownBy(() -> struck(new Fault.Fin())).isInstanceOf(EOFException.class);
  }

  @Test
  void it_says_something_else() throws IOException {
    assertThat(struck(new Fault.Garbage("DELETED\r\n")).line()).isEqualTo("DELETED");
  }

  @Test
  void it_drips_all_of_a_reply() throws IOException {
    assertThat(struck(new Fault.Drip(Duration.ofMillis(1))).line()).isEqualTo("USING struck");
  }

  /** A server that is killed resets what it has not read: a client must not wait for its reply. */
  @Test
  void a_reset_by_the_server_ends_the_client() throws Exception {
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var relay = FaultyRelay.to(listener.getLocalPort(), "no such request", new Fault.Fin());
        var talk = Talk.to(relay.port())) {
      talk.send("reserve\r\n");
      try (var killed = listener.accept()) {
        Await.until("the request has come", () -> killed.getInputStream().available() > 0);
        killed.setSoLinger(true, 0);
      }
      assertThat(talk.rest()).isEmpty();
    }
  }

  /** The harm that a client without a dead connection comes to. */
  @Test
  void a_reply_too_many_is_taken_for_the_next_one() throws IOException {
    var fault = new Fault.Surplus("DELETED\r\n");
    try (var relay = FaultyRelay.to(server.port(), "use struck", fault);
        var talk = Talk.to(relay.port())) {
      assertThat(talk.ask("use struck").line()).isEqualTo("USING struck");
      assertThat(talk.ask("use well").line()).isEqualTo("DELETED");
    }
  }

  @Test
  void a_stall_before_the_request_leaves_it_undone_and_one_after_it_done() throws Exception {
    for (var fault : new Fault[] {new Fault.StallBeforeRequest(), new Fault.StallAfterRequest()}) {
      try (var relay = FaultyRelay.to(server.port(), "watch struck", fault);
          var talk = Talk.to(relay.port());
          var other = server.connect()) {
        talk.send("watch struck\r\n");
        Await.until("it strikes", relay::struck);
        if (fault instanceof Fault.StallAfterRequest) {
          Await.until("it is done", () -> other.ask("stats-tube struck").line().startsWith("OK"));
        }
        assertThat(other.ask("stats-tube struck").line().startsWith("OK"))
            .isEqualTo(fault instanceof Fault.StallAfterRequest);
        assertThat(talk.hasReply()).isFalse();
      }
    }
  }
}
