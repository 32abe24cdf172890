package io.headrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

final class ListenQueuesTest {
  private static final int BACKLOG = 1;

  @Test
  void the_counts_are_found_by_their_names() {
    assertThat(
            ListenQueues.parse(
                """
                TcpExt: SyncookiesSent ListenOverflows ListenDrops TCPHPHits
                TcpExt: 4 5 67 8
                IpExt: InNoRoutes ListenDrops
                IpExt: 1 2
                """))
        .contains(new ListenQueues.Counts(5, 67));
  }

  @Test
  void what_is_not_told_is_not_made_up() {
    assertThat(ListenQueues.parse("")).isEmpty();
    assertThat(ListenQueues.parse("TcpExt: ListenDrops\nTcpExt: 1\n")).isEmpty();
    assertThat(ListenQueues.parse("TcpExt: ListenOverflows ListenDrops\nTcpExt: 1\n")).isEmpty();
  }

  @Test
  void a_limit_of_the_kernel_that_is_too_low_is_told_with_what_to_do() {
    assertThat(ListenQueues.shortage("128", 1_024))
        .hasValueSatisfying(
            text -> assertThat(text).contains("only 128", "sysctl -w net.core.somaxconn=1024"));
    assertThat(ListenQueues.shortage("1024", 1_024)).isEmpty();
    assertThat(ListenQueues.shortage("many", 1_024)).isEmpty();
  }

  @Test
  void the_limit_of_the_kernel_is_read_whole() throws IOException {
    var cat = new ProcessBuilder("cat", "/proc/sys/net/core/somaxconn").start();
    assertThat(cat.inputReader().readLine()).isEqualTo(ListenQueues.limit());
  }

  /** Not exactly, since every listener of this machine counts. */
  @Test
  void a_queue_that_overflows_is_counted() throws IOException {
    var sockets = new ArrayList<SocketChannel>();
    try (var queues = new ListenQueues(0);
        var deaf = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress())) {
      var place = new InetSocketAddress(InetAddress.getLoopbackAddress(), deaf.getLocalPort());
      for (int i = 0; i < BACKLOG + 8; i++) {
        var socket = SocketChannel.open();
        sockets.add(socket);
        socket.configureBlocking(false);
        boolean _ = socket.connect(place);
      }
      assertThat(queues.since(0)).as("not read again").isEqualTo(ListenQueues.Counts.NONE);
      Served.await("the kernel has counted", () -> queues.since(ListenQueues.FRESH_NS).drops() > 0);
    } finally {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }
}
