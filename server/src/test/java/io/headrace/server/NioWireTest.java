package io.headrace.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NioWireTest extends WireContract {
  NioWireTest() {
    super(/* epoll= */ false);
  }

  @Test
  void a_unix_socket_is_refused_in_words(@TempDir Path directory) {
    Path path = directory.resolve("echo.sock");
    assertThatThrownBy(() -> serve(this::echo, "unix:" + path).close())
        .isInstanceOf(ListenException.class)
        .hasMessageContaining("cannot listen on unix:" + path)
        .hasMessageContaining("native epoll library");
  }
}
