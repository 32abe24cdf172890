package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The clients for scripts, {@code clients/}: all they know, their examples, and their style. */
@Execution(ExecutionMode.CONCURRENT)
final class ScriptClientsIT {

  private static final Path CLIENTS = Tools.root().resolve("clients");
  private static final Path SCRIPTS = Tools.root().resolve("trials/interop");

  /** A patience of 1 s and time to start; and less than the 10 s that are the default. */
  private static final long SHORT_PATIENCE_MS_MAX = 8_000;

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> bash_with_headrace() throws IOException {
    return run(Peer.HEADRACE, "bash/commands.bash");
  }

  @TestFactory
  Stream<DynamicTest> bash_with_beanstalkd() throws IOException {
    return run(Peer.BEANSTALKD, "bash/commands.bash");
  }

  @TestFactory
  Stream<DynamicTest> perl_with_headrace() throws IOException {
    return run(Peer.HEADRACE, "perl/commands.pl");
  }

  @TestFactory
  Stream<DynamicTest> perl_with_beanstalkd() throws IOException {
    return run(Peer.BEANSTALKD, "perl/commands.pl");
  }

  @TestFactory
  Stream<DynamicTest> perl_with_a_unix_socket() throws Exception {
    var path = folder.resolve("socket");
    var unix = RunningServer.of(Peer.HEADRACE, folder).options("-l", "unix:" + path).startUnready();
    try (var tcp = RunningServer.of(Peer.BEANSTALKD, folder).start()) {
      Await.until("there is a socket", () -> Files.exists(path));
      return TapScript.run(words("perl/commands.pl", tcp, path.toString()));
    } finally {
      unix.destroyForcibly().waitFor();
    }
  }

  private Stream<DynamicTest> run(Peer peer, String script) throws IOException {
    try (var server = RunningServer.of(peer, folder).start()) {
      return TapScript.run(words(script, server));
    }
  }

  private static List<String> words(String script, RunningServer server, String... more) {
    var words = new ArrayList<String>();
    words.add(SCRIPTS.resolve(script).toString());
    words.addAll(List.of("127.0.0.1", Integer.toString(server.port())));
    words.addAll(List.of(more));
    return words;
  }

  /** The examples delete what their command took, and bury what it refused. */
  @ParameterizedTest
  @EnumSource(ScriptClient.class)
  void the_example_works_through_a_tube_and_over_a_restart(ScriptClient client) throws Exception {
    var taken = folder.resolve("taken");
    var launch = RunningServer.of(Peer.BEANSTALKD, folder).data(folder.resolve("data"), 0);
    try (var first = launch.start();
        var relay = FaultyRelay.to(first.port(), "no such request", new Fault.Fin())) {
      put(first, "good one\n", "bad one\n");
      var example = CLIENTS.resolve("examples/worker." + client.suffix()).toString();
      var command = "read -r what rest; echo \"$what\" >>'" + taken + "'; [ \"$what\" = good ]";
      var worker =
          Run.start(
              List.of(
                  "env",
                  "HEADRACE_SERVER=127.0.0.1:" + relay.port(),
                  example,
                  "work",
                  "sh",
                  "-c",
                  command),
              folder,
              folder.resolve("worker.log"));
      try {
        Await.until("two jobs are taken", () -> buried(first) == 1 && ready(first) == 0);
        first.kill9();
        try (var second = launch.start()) {
          relay.passTo(second.port());
          put(second, "good two\n");
          Await.until("one more is taken", () -> Files.readAllLines(taken).size() == 3);
          Await.until("and deleted", () -> ready(second) == 0 && buried(second) == 1);
        }
      } finally {
        worker.descendants().forEach(ProcessHandle::destroyForcibly);
        worker.destroyForcibly().waitFor();
      }
      assertThat(taken).content().isEqualTo("good\nbad\ngood\n");
    }
  }

  private static void put(RunningServer server, String... bodies) throws IOException {
    try (var talk = server.connect()) {
      talk.ask("use work");
      for (var body : bodies) {
        talk.put(body);
      }
    }
  }

  private static int buried(RunningServer server) throws IOException {
    return count(server, "buried");
  }

  /** Those that wait, and those that are held. */
  private static int ready(RunningServer server) throws IOException {
    return count(server, "ready") + count(server, "reserved");
  }

  private static int count(RunningServer server, String state) throws IOException {
    try (var talk = server.connect()) {
      var key = "current-jobs-" + state + ": ";
      return talk.ask("stats-tube work")
          .body()
          .lines()
          .filter(line -> line.startsWith(key))
          .mapToInt(line -> Integer.parseInt(line.substring(key.length())))
          .sum();
    }
  }

  @ParameterizedTest
  @EnumSource(ScriptClient.class)
  void nothing_listens(ScriptClient client) throws IOException {
    try (var lateness = Lateness.measured();
        var relay = FaultyRelay.to(0, "", new Fault.Refused())) {
      var run = connect(client, List.of(), "127.0.0.1:" + relay.port());
      assertThat(run.problems(client, 1000, lateness)).as(run.outcome().all()).isEmpty();
      assertThat(run.call("first").message()).contains("Connection refused");
      assertThat(run.call("first").known()).as("the outcome is known").isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(ScriptClient.class)
  void nobody_answers_the_syn(ScriptClient client) throws IOException {
    try (var lateness = Lateness.measured()) {
      for (var server : List.of("127.0.0.1:11300", "[::1]:11300")) {
        var run = connect(client, blackhole(), server);
        assertThat(run.problems(client, 1000, lateness)).as(run.outcome().all()).isEmpty();
        assertThat(run.call("first").message()).contains("no connection within");
        assertThat(run.call("first").known()).as("the outcome is known").isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ScriptClient.class)
  void nobody_answers_the_look_up_of_a_name(ScriptClient client) throws IOException {
    try (var lateness = Lateness.measured()) {
      var run = connect(client, blackhole(), "queue.example.org:11300");
      assertThat(run.problems(client, 1000, lateness)).as(run.outcome().all()).isEmpty();
      assertThat(run.call("first").message()).contains("was not looked up within");
    }
  }

  /** Every verb of the command, where nobody listens and where nobody answers the SYN. */
  @Test
  void a_verb_of_bash_returns_3_when_the_server_is_not_reached() throws Exception {
    var verbs =
        List.of(
            List.of("put", "x"),
            List.of("reserve"),
            List.of("delete", "1"),
            List.of("release", "1"),
            List.of("bury", "1"),
            List.of("kick", "1"),
            List.of("show", "stats"));
    var runs = new ArrayList<Callable<ScriptRun>>();
    for (var verb : verbs) {
      for (var before : List.of(List.<String>of(), blackhole())) {
        var server = before.isEmpty() ? "127.0.0.1:1" : "127.0.0.1:11300";
        var words = new ArrayList<>(before);
        words.add(CLIENTS.resolve("headrace.bash").toString());
        words.addAll(verb);
        words.addAll(List.of("--server", server, "--patience", "1s"));
        runs.add(() -> ScriptRun.of(words));
      }
    }
    try (var pool = Executors.newFixedThreadPool(4)) {
      for (var one : pool.invokeAll(runs)) {
        var run = one.get();
        assertThat(run.outcome().exit()).as(run.outcome().all()).isEqualTo(3);
        assertThat(run.outcome().stderr().lines()).as(run.outcome().all()).hasSize(1);
        assertThat(run.ms()).as("obeys --patience").isLessThan(SHORT_PATIENCE_MS_MAX);
      }
    }
  }

  private static ScriptRun connect(ScriptClient client, List<String> before, String server) {
    var words = new ArrayList<>(before);
    words.addAll(List.of(client.script(), server, "1", "unused", "connect"));
    return ScriptRun.of(words);
  }

  /**
   * Runs what follows in a network of its own, which takes packets for port 11300 and for the name
   * server, and answers none. It is gone with its last process.
   */
  private List<String> blackhole() throws IOException {
    Tools.requireRoot("to make a network namespace");
    var nameServer = Files.writeString(folder.resolve("resolv.conf"), "nameserver 127.0.0.1\n");
    var script =
        """
        set -e
        mount --bind '%s' /etc/resolv.conf
        '%s' link set lo up
        for tables in '%s' '%s'; do
          "$tables" -A INPUT -p tcp --dport 11300 -j DROP
          "$tables" -A INPUT -p udp --dport 53 -j DROP
        done
        exec "$@"
        """
            .formatted(
                nameServer,
                Tools.require("ip", "apt install iproute2"),
                Tools.require("iptables", "apt install iptables"),
                Tools.require("ip6tables", "apt install iptables"));
    return List.of("unshare", "--net", "--mount", "sh", "-c", script, "blackhole");
  }

  @Test
  void the_scripts_are_clean_for_shellcheck() {
    var shellcheck = Tools.require("shellcheck", "apt install shellcheck");
    var words = new ArrayList<>(List.of(shellcheck, "-x", "-P", Tools.root().toString()));
    words.addAll(
        Stream.of(
                CLIENTS.resolve("headrace.bash"),
                CLIENTS.resolve("headrace-verbs.bash"),
                CLIENTS.resolve("examples/worker.bash"),
                SCRIPTS.resolve("bash/commands.bash"),
                SCRIPTS.resolve("bash/fault.bash"))
            .map(Path::toString)
            .toList());
    var outcome = Run.command(words);
    assertThat(outcome.exit()).as(outcome.all()).isZero();
  }

  @Test
  void the_scripts_are_clean_for_perlcritic_and_their_pages_for_podchecker() {
    var perlcritic = Tools.require("perlcritic", "apt install libperl-critic-perl");
    var outcome =
        Run.command(
            perlcritic,
            "--gentle",
            CLIENTS.resolve("Headrace.pm").toString(),
            CLIENTS.resolve("examples/worker.pl").toString(),
            SCRIPTS.resolve("perl/commands.pl").toString(),
            SCRIPTS.resolve("perl/fault.pl").toString(),
            SCRIPTS.resolve("workers/worker.pl").toString());
    assertThat(outcome.exit()).as(outcome.all()).isZero();
    var pod = Run.command("podchecker", CLIENTS.resolve("Headrace.pod").toString());
    assertThat(pod.exit()).as(pod.all()).isZero();
  }
}
