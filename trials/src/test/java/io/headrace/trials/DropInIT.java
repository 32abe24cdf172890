package io.headrace.trials;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A link named {@code beanstalkd} in front of the PATH: test suites of other projects start it,
 * talk to it and stop it, and must not see a difference. Each test runs on beanstalkd too.
 */
final class DropInIT {

  private static final String LISTEN_BY_PARENT =
      """
      use Socket;
      $^F = 3;
      my $port = shift;
      socket(my $s, AF_INET, SOCK_STREAM, 0) or die;
      setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1) or die;
      bind($s, sockaddr_in($port, INADDR_LOOPBACK)) or die;
      listen($s, 10) or die;
      die 'not descriptor 3' unless fileno($s) == 3;
      $ENV{LISTEN_FDS} = 1;
      $ENV{LISTEN_PID} = $$;
      exec @ARGV or die;
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void says_its_version(Peer peer) throws IOException {
    var outcome = run(peer, "-v");
    assertThat(outcome.exit()).as(outcome.all()).isZero();
    assertThat(outcome.stdout()).startsWith("beanstalkd 1.");
  }

  @ParameterizedTest
  @EnumSource
  void says_how_to_use_it(Peer peer) throws IOException {
    var outcome = run(peer, "-h");
    assertThat(outcome.exit()).as(outcome.all()).isZero();
    assertThat(outcome.stdout() + outcome.stderr())
        .contains("-b", "-f", "-F", "-l", "-p", "-u", "-z", "-s", "-v", "-V", "-h");
  }

  @ParameterizedTest
  @CsvSource({
    "5, -x, -x",
    "5, nonsense, nonsense",
    "5, -p, -p",
    "5, -z abc, abc",
    "5, -f abc, abc",
    "5, -s abc, abc",
    "111, -p abc, abc",
    "111, -l 999.1.1.1 -p {port}, 999.1.1.1",
    "111, -l unix:{folder}/none/socket, none/socket",
    "10, -p {port} -b {folder}/none, none",
    "33, -p {port} -u no-such-user, no-such-user",
  })
  void refuses_bad_options_in_words_and_with_its_exit_codes(
      int exit, String options, String culprit) throws IOException {
    for (var peer : Peer.values()) {
      var outcome = run(peer, real(options));
      assertThat(outcome.exit()).as("%s: %s", peer, outcome.all()).isEqualTo(exit);
      if (peer == Peer.HEADRACE) {
        assertThat(outcome.stdout()).as(outcome.all()).isEmpty();
        assertThat(outcome.stderr().lines().findFirst().orElse("")).contains(culprit);
        assertThat(outcome.stderr()).doesNotContain("\tat ", "Exception");
        if (exit != 5) {
          assertThat(outcome.stderr().lines()).as(outcome.all()).hasSize(1);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_taken_port_ends_with_111_and_disturbs_nobody(Peer peer) throws IOException {
    try (var first = launch(peer).start();
        var talk = first.connect()) {
      var port = Integer.toString(first.port());
      var outcome = run(peer, "-l", "127.0.0.1", "-p", port);
      assertThat(outcome.exit()).as(outcome.all()).isEqualTo(111);
      if (peer == Peer.HEADRACE) {
        assertThat(outcome.stderr()).contains(port).hasLineCount(1);
      }
      assertThat(talk.put("x").line()).isEqualTo("INSERTED 1");
    }
  }

  @ParameterizedTest
  @EnumSource
  void data_held_by_another_process_ends_with_10_and_stays_as_it_is(Peer peer) throws IOException {
    var data = folder.resolve("data");
    try (var first = launch(peer).data(data, 0).start();
        var talk = first.connect()) {
      assertThat(talk.put("x").line()).isEqualTo("INSERTED 1");
      var second = launch(peer).data(data, 0).runToItsEnd();
      assertThat(second.exit()).as(second.all()).isEqualTo(10);
      if (peer == Peer.HEADRACE) {
        assertThat(second.stderr()).contains(data.toString()).hasLineCount(1);
      }
      assertThat(talk.put("y").line()).isEqualTo("INSERTED 2");
      first.kill9();
    }
    try (var again = launch(peer).data(data, 0).start();
        var talk = again.connect()) {
      assertThat(talk.ask("reserve").body()).isEqualTo("x");
      assertThat(talk.ask("reserve").body()).isEqualTo("y");
    }
  }

  @ParameterizedTest
  @EnumSource
  void values_may_follow_their_flag_at_once(Peer peer) throws IOException {
    var data = Files.createDirectory(folder.resolve("joined"));
    try (var server = launch(peer).options("-b" + data, "-f0", "-z10", "-VVV", "-c", "-n").start();
        var talk = server.connect()) {
      assertThat(talk.put("0123456789").line()).isEqualTo("INSERTED 1");
      assertThat(talk.put("0123456789a").line()).isEqualTo("JOB_TOO_BIG");
      assertThat(talk.ask("stats").body()).contains("\nmax-job-size: 10\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void without_a_directory_nothing_is_kept(Peer peer) throws IOException {
    try (var server = launch(peer).start();
        var talk = server.connect()) {
      assertThat(talk.put("x").line()).isEqualTo("INSERTED 1");
    }
    try (var server = launch(peer).start();
        var talk = server.connect()) {
      assertThat(talk.put("y").line()).isEqualTo("INSERTED 1");
    }
  }

  @ParameterizedTest
  @EnumSource
  void takes_connections_on_a_unix_socket_even_where_a_dead_one_lies(Peer peer) throws Exception {
    var socket = folder.resolve("socket");
    for (int life = 1; life <= 2; life++) {
      var log = Files.createTempFile(folder, "unix-", ".log");
      var words = new ArrayList<>(command(peer));
      words.addAll(List.of("-l", "unix:" + socket));
      var process = Run.start(words, folder, log);
      try {
        Await.until(
            "a reply on the socket of life " + life,
            () -> process.isAlive() && Files.exists(socket) && answers(socket));
      } finally {
        process.destroyForcibly().waitFor();
      }
      assertThat(socket).exists();
    }
  }

  private static boolean answers(Path socket) {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.write(ByteBuffer.wrap("list-tube-used\r\n".getBytes(ISO_8859_1)));
      var reply = ByteBuffer.allocate(100);
      channel.read(reply);
      return new String(reply.array(), 0, reply.position(), ISO_8859_1).equals("USING default\r\n");
    } catch (IOException e) {
      return false;
    }
  }

  @ParameterizedTest
  @EnumSource
  void takes_over_a_listening_socket_of_its_parent(Peer peer) throws IOException {
    var perl = Tools.require("perl", "apt install perl");
    var launch = launch(peer).by(perl, "-e", LISTEN_BY_PARENT, "{port}");
    try (var server = launch.start();
        var talk = server.connect()) {
      assertThat(talk.put("x").line()).isEqualTo("INSERTED 1");
      // With -p and -l ignored, nothing tried to take the port a second time.
      assertThat(server.isAlive()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_shell_that_starts_it_can_stop_it_by_its_pid(Peer peer) throws IOException {
    var script =
        """
        PATH=%s:$PATH
        beanstalkd -l 127.0.0.1 -p %d & pid=$!
        for i in $(seq 600); do (: </dev/tcp/127.0.0.1/%<d) 2>/dev/null && break; sleep 0.05; done
        kill -0 $pid || exit 1
        kill -TERM $pid
        wait $pid
        echo "ended with $?"
        (: </dev/tcp/127.0.0.1/%<d) 2>/dev/null && echo 'still there'
        exit 0
        """
            .formatted(link(peer).getParent(), RunningServer.freePort());
    var outcome = Run.command("bash", "-c", script);
    assertThat(outcome.exit()).as(outcome.all()).isZero();
    assertThat(outcome.stdout()).as(outcome.all()).endsWith("ended with 143\n");
  }

  @Test
  void listens_on_ipv6_when_asked() throws IOException {
    for (var peer : Peer.values()) {
      int port = RunningServer.freePort();
      var script =
          """
          "$@" -l ::1 -p %d & pid=$!
          for i in $(seq 600); do (: </dev/tcp/::1/%<d) 2>/dev/null && break; sleep 0.05; done
          exec 7<>/dev/tcp/::1/%<d && printf 'list-tube-used\\r\\n' >&7 && head -n 1 <&7
          kill -KILL $pid
          wait $pid
          """
              .formatted(port);
      var words = new ArrayList<>(List.of("bash", "-c", script, "bash"));
      words.addAll(command(peer));
      var outcome = Run.command(words);
      assertThat(outcome.stdout()).as(outcome.all()).contains("USING default");
    }
  }

  /** JUnit warns of a link that leads out of its folder. */
  @AfterEach
  void removes_the_links() throws IOException {
    for (var peer : Peer.values()) {
      Files.deleteIfExists(bin(peer).resolve("beanstalkd"));
    }
  }

  private Path bin(Peer peer) {
    return folder.resolve("bin-" + peer);
  }

  /** The program under the name that others know. */
  private Path link(Peer peer) throws IOException {
    var link = Files.createDirectories(bin(peer)).resolve("beanstalkd");
    if (!Files.exists(link)) {
      Files.createSymbolicLink(link, Path.of(peer.command().getFirst()));
    }
    return link;
  }

  private List<String> command(Peer peer) throws IOException {
    return List.of(link(peer).toString());
  }

  private RunningServer.Launch launch(Peer peer) throws IOException {
    return RunningServer.of(command(peer), folder);
  }

  private Run.Outcome run(Peer peer, String... options) throws IOException {
    var words = new ArrayList<>(command(peer));
    words.addAll(List.of(options));
    return Run.command(words);
  }

  private String[] real(String options) throws IOException {
    return options
        .replace("{port}", Integer.toString(RunningServer.freePort()))
        .replace("{folder}", folder.toString())
        .split(" ", -1);
  }
}
