package io.headrace.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InheritedSocketsTest {
  /** Listens as a service manager does, on the descriptors from 3 on, and becomes the server. */
  private static final String SERVICE_MANAGER =
      """
      use strict; use Socket; use POSIX ();
      my ($unix, @command) = @ARGV;
      socket(my $tcp, PF_INET, SOCK_STREAM, 0) or die;
      bind($tcp, sockaddr_in(0, INADDR_LOOPBACK)) or die; listen($tcp, 10) or die;
      socket(my $local, PF_UNIX, SOCK_STREAM, 0) or die;
      bind($local, sockaddr_un($unix)) or die; listen($local, 10) or die;
      my @from = map { POSIX::dup2(fileno($_), 20 + fileno($_)) } ($tcp, $local);
      POSIX::dup2($from[0], 3); POSIX::dup2($from[1], 4);
      $ENV{LISTEN_FDS} = 2; $ENV{LISTEN_PID} = $$;
      exec @command or die;
      """;

  /** The server in the child process: an echo that prints where it listens, until stdin ends. */
  static final class Child {
    private Child() {}

    static void main() throws IOException {
      var sockets = InheritedSockets.from(System.getenv(), ProcessHandle.current().pid());
      var loop = NettyLoopThread.start("child-loop", reason -> Runtime.getRuntime().halt(70));
      var reception = new Reception(loop, new ConnectionOptions(100), Optional.empty());
      for (var socket : sockets) {
        var listener = Listener.bind(socket, loop, Recorded::new, reception);
        listener.accept();
        System.out.println(listener.names().getFirst());
      }
      System.out.println("ready");
      int _ = System.in.read();
      loop.close();
    }
  }

  @Test
  void handed_over_sockets_are_served(@TempDir Path directory) throws Exception {
    Path path = directory.resolve("queue.sock");
    List<String> command =
        new ArrayList<>(List.of("perl", "-e", SERVICE_MANAGER, path.toString(), java()));
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName()));
    Process child =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (var lines = new BufferedReader(new InputStreamReader(child.getInputStream(), US_ASCII))) {
      String tcp = lines.readLine();
      assertThat(tcp).matches("127\\.0\\.0\\.1:\\d+");
      assertThat(lines.readLine()).isEqualTo("unix:" + path);
      assertThat(lines.readLine()).isEqualTo("ready");

      int port = Integer.parseInt(tcp.substring(tcp.lastIndexOf(':') + 1));
      for (int i = 0; i < 3; i++) {
        try (var socket = Served.connect(InetAddress.getLoopbackAddress(), port)) {
          socket.getOutputStream().write('x');
          assertThat(Served.read(socket, 1)).containsExactly('x');
        }
        try (var socket = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
          assertThat(socket.write(ByteBuffer.wrap(new byte[] {'y'}))).isEqualTo(1);
          assertThat(socket.read(ByteBuffer.allocate(1))).isEqualTo(1);
        }
      }
      child.getOutputStream().close();
      assertThat(child.waitFor()).isZero();
      assertThat(path).as("the file belongs to the service manager").exists();
    } finally {
      child.destroyForcibly();
    }
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  @Test
  void without_the_variables_there_are_none() {
    assertThat(InheritedSockets.from(Map.of(), 7)).isEmpty();
  }

  @Test
  void sockets_for_another_process_are_not_taken() {
    assertThat(InheritedSockets.from(Map.of("LISTEN_FDS", "1", "LISTEN_PID", "6"), 7)).isEmpty();
  }

  @Test
  void descriptors_are_counted_from_three() {
    assertThat(InheritedSockets.from(Map.of("LISTEN_FDS", "2", "LISTEN_PID", "7"), 7))
        .containsExactly(new ListenAddress.Inherited(3), new ListenAddress.Inherited(4));
  }

  @Test
  void a_count_that_is_none_is_refused() {
    for (String count : List.of("-1", "65", "x")) {
      assertThatThrownBy(
              () -> InheritedSockets.from(Map.of("LISTEN_FDS", count, "LISTEN_PID", "7"), 7))
          .isInstanceOf(ListenException.class)
          .hasMessageContaining("LISTEN_FDS");
    }
  }

  @Test
  void a_descriptor_that_does_not_listen_is_refused() {
    assertThatThrownBy(() -> InheritedSockets.take(0))
        .isInstanceOf(ListenException.class)
        .hasMessageContaining("descriptor 0 of LISTEN_FDS is not a stream socket that listens");
  }
}
