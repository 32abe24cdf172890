package io.headrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ListenerTest {
  private static AbstractThrowableAssert<?, ?> assertRefused(String address) {
    return assertThatThrownBy(() -> new Served(Recorded::new, address).close())
        .isInstanceOf(ListenException.class)
        .hasMessageStartingWith("cannot listen on " + address + ": ")
        .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
  }

  @Test
  void a_taken_port_is_refused_with_what_to_do() throws IOException {
    try (var taken = new ServerSocket(0)) {
      assertRefused("127.0.0.1:" + taken.getLocalPort())
          .hasMessageContaining("another process listens there. Stop it, or choose another port");
    }
  }

  @Test
  void an_address_of_another_machine_is_refused() {
    assertRefused("192.0.2.1:7").hasMessageContaining("no interface of this machine");
  }

  @Test
  void a_name_that_does_not_resolve_is_refused() {
    assertRefused("no-such-host.invalid:7").hasMessageContaining("does not resolve");
  }

  @Test
  void the_bound_port_is_told() {
    try (var served = new Served(Recorded::new, "127.0.0.1:0")) {
      assertThat(served.names()).singleElement().asString().matches("127\\.0\\.0\\.1:[1-9]\\d*");
    }
  }

  @Test
  void a_name_for_both_loopbacks_gets_one_port() {
    try (var served = new Served(Recorded::new, "localhost:0")) {
      assertThat(served.names())
          .isNotEmpty()
          .allSatisfy(name -> assertThat(name).endsWith(":" + served.port()));
    }
  }

  @Test
  void a_socket_that_a_dead_server_left_is_replaced(@TempDir Path directory) throws IOException {
    Path path = directory.resolve("queue.sock");
    leaveBehind(path);
    assertThat(path).exists();
    try (var _ = new Served(Recorded::new, "unix:" + path);
        var socket = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      assertThat(socket.isConnected()).isTrue();
    }
  }

  /** Binds a Unix socket and closes it; the JDK leaves the file. */
  private static void leaveBehind(Path path) throws IOException {
    try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      assertThat(socket.bind(UnixDomainSocketAddress.of(path)).isOpen()).isTrue();
    }
  }

  @Test
  void a_socket_where_a_server_answers_is_left_alone(@TempDir Path directory) throws IOException {
    Path path = directory.resolve("queue.sock");
    try (var _ = new Served(Recorded::new, "unix:" + path)) {
      assertRefused("unix:" + path).hasMessageContaining("another server answers there");
      try (var socket = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
        assertThat(socket.isConnected()).isTrue();
      }
    }
  }

  @Test
  void a_file_that_is_no_socket_is_left_alone(@TempDir Path directory) throws IOException {
    Path path = Files.writeString(directory.resolve("precious"), "data");
    assertRefused("unix:" + path).hasMessageContaining("no socket lies there");
    assertThat(path).hasContent("data");
  }

  @Test
  void a_directory_that_is_not_there_is_refused(@TempDir Path directory) {
    assertRefused("unix:" + directory.resolve("none/queue.sock"))
        .hasMessageContaining("No such file or directory");
  }
}
