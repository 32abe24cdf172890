package io.headrace.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.unix.Errors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of peers for whom there is no place. */
final class RefusalTest {
  private static final String ANY_PORT = "127.0.0.1:0";
  private static final Protocol PROTOCOL = new Full(Recorded::new);

  private static Served full(ConnectionOptions options, List<Socket> peers) throws IOException {
    var served = new Served(/* epoll= */ true, options, PROTOCOL, ANY_PORT, "[::1]:0");
    int places = options.maxPerAddress() + Connections.RESERVED_LOOPBACK;
    while (peers.size() < places) {
      var socket = served.connect();
      peers.add(socket);
      socket.getOutputStream().write('x');
      assertThat(Served.read(socket, 1)).containsExactly('x');
    }
    return served;
  }

  private static int lingering(Served served) {
    return served.onLoop(() -> served.reception.farewells().lingering());
  }

  private static void close(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @Test
  void one_that_has_said_much_already_reads_why_and_is_not_reset() throws Exception {
    var peers = new ArrayList<Socket>();
    var said = new CountDownLatch(1);
    try (var served = full(new ConnectionOptions(1), peers)) {
      // Else what is said may come when the server has waited for it long enough, and closed.
      hold(served, said);
      var refused = served.connect();
      peers.add(refused);
      refused.getOutputStream().write(new byte[10_000]);
      said.countDown();
      assertThat(Served.read(refused, 100)).asString(US_ASCII).isEqualTo(Full.WORDS);
      assertThat(refused.getInputStream().read()).isEqualTo(-1);
      Served.await("it is closed", () -> lingering(served) == 0);
      // After a reset this fails; after an orderly close the kernel takes it once more.
      refused.getOutputStream().write('x');
    } finally {
      close(peers);
    }
  }

  /** Keeps the loop from accepting anybody, from now on. */
  private static void hold(Served served, CountDownLatch until) throws InterruptedException {
    // In one turn a loop accepts before it runs what it is handed.
    var held = new CountDownLatch(1);
    served.loop.execute(() -> {
      held.countDown();
      try {
        assertThat(until.await(Served.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    });
    assertThat(held.await(Served.PATIENCE_S, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void a_crowd_is_sent_away_and_few_descriptors_are_kept_for_it() throws IOException {
    int crowd = 300;
    var peers = new ArrayList<Socket>();
    var refused = new ArrayList<Socket>();
    try (var served = full(new ConnectionOptions(1), peers)) {
      for (int i = 0; i < crowd; i++) {
        refused.add(served.connect());
      }
      for (Socket socket : refused) {
        assertThat(Served.read(socket, 100)).asString(US_ASCII).isEqualTo(Full.WORDS);
      }
      assertThat(lingering(served)).isLessThanOrEqualTo(Farewells.LINGERING_MAX);
      Served.await("none is kept", () -> lingering(served) == 0);
      assertThat(served.onLoop(served.reception::numbers).refusedFull()).isEqualTo(crowd);
      assertThat(served.open()).isEqualTo(peers.size());
      assertThat(served.failures).isEmpty();
    } finally {
      close(peers);
      close(refused);
    }
  }

  @Test
  void an_address_that_has_its_share_is_refused_and_another_is_served() throws IOException {
    var peers = new ArrayList<Socket>();
    try (var served = full(new ConnectionOptions(1_000, 2, 1_000), peers);
        var refused = served.connect()) {
      assertThat(Served.read(refused, 100)).asString(US_ASCII).isEqualTo(Full.WORDS);
      var numbers = served.onLoop(served.reception::numbers);
      assertThat(numbers.refusedByAddress()).isEqualTo(1);
      assertThat(numbers.refusedFull()).isZero();
      String v6 = served.names().get(1);
      int port = Integer.parseInt(v6.substring(v6.lastIndexOf(':') + 1));
      try (var other = Served.connect(InetAddress.ofLiteral("::1"), port)) {
        other.getOutputStream().write('y');
        assertThat(Served.read(other, 1)).containsExactly('y');
      }
    } finally {
      close(peers);
    }
  }

  @Test
  void a_unix_socket_has_places_when_loopback_has_none(@TempDir Path directory) throws IOException {
    Path path = directory.resolve("echo.sock");
    var peers = new ArrayList<Socket>();
    try (var served =
        new Served(true, new ConnectionOptions(1), PROTOCOL, ANY_PORT, "unix:" + path)) {
      for (int i = 0; i < 1 + Connections.RESERVED_LOOPBACK; i++) {
        peers.add(served.connect());
      }
      try (var refused = served.connect()) {
        assertThat(Served.read(refused, 100)).asString(US_ASCII).isEqualTo(Full.WORDS);
      }
      try (var unix = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        assertThat(unix.connect(UnixDomainSocketAddress.of(path))).isTrue();
        int _ = unix.write(ByteBuffer.wrap(new byte[] {'u'}));
        var answer = ByteBuffer.allocate(1);
        assertThat(unix.read(answer)).isEqualTo(1);
        assertThat(answer.array()).containsExactly('u');
      }
    } finally {
      close(peers);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "24, PROCESS_FULL, 'ulimit -n'",
    "23, SYSTEM_FULL, fs.file-max",
    "12, NO_MEMORY, sockstat",
    "105, NO_MEMORY, sockstat",
    "103, PEER_GONE, ''",
    "71, PEER_GONE, ''",
    "9, UNKNOWN, report",
  })
  void each_error_of_accept_is_known_by_its_number(int errno, AcceptFailure kind, String remedy) {
    var failure = AcceptFailure.of(new Errors.NativeIoException("accept", -errno));
    assertThat(failure).isEqualTo(kind);
    assertThat(failure.remedy()).contains(remedy);
  }
}
