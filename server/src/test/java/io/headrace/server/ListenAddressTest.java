package io.headrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.server.ListenAddress.Tcp;
import io.headrace.server.ListenAddress.Unix;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ListenAddressTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:11300, 127.0.0.1, 11300",
    "queue.example:0, queue.example, 0",
    "[::1]:7, ::1, 7",
    "[fe80::1%eth0]:65535, fe80::1%eth0, 65535",
    ":7, '', 7",
    "7, '', 7",
    "queue.example, queue.example, 11300",
    "10.0.0.1, 10.0.0.1, 11300",
    "[::1], ::1, 11300",
    "::1, ::1, 11300",
  })
  void a_tcp_address_is_read(String text, String host, int port) {
    assertThat(ListenAddress.parse(text)).isEqualTo(new Tcp(host, port));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:11300", "[::1]:7", ":7", "unix:/run/headrace.sock"})
  void an_address_is_written_as_it_is_read(String text) {
    assertThat(ListenAddress.parse(text)).hasToString(text);
  }

  @Test
  void a_unix_socket_is_read() {
    assertThat(ListenAddress.parse("unix:/run/a:b.sock"))
        .isEqualTo(new Unix(Path.of("/run/a:b.sock")));
  }

  @Test
  void the_default_port_can_be_chosen() {
    assertThat(ListenAddress.parse("localhost", 4730)).isEqualTo(new Tcp("localhost", 4730));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ":", "host:", "host:65536", "host:-1", "host:1x", "[::1", "[::1]7", "unix:"})
  void anything_else_is_refused_in_one_line_that_names_it(String text) {
    assertThatThrownBy(() -> ListenAddress.parse(text))
        .isInstanceOf(ListenException.class)
        .hasMessageStartingWith("listen address '" + text + "': ")
        .message()
        .hasLineCount(1);
  }

  @Test
  void a_unix_path_that_no_socket_can_have_is_refused() {
    assertThatThrownBy(() -> ListenAddress.parse("unix:/" + "x".repeat(107)))
        .isInstanceOf(ListenException.class)
        .hasMessageContaining("longer than the 107 bytes");
  }
}
