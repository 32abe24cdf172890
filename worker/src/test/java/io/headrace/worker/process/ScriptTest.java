package io.headrace.worker.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, and what becomes of them. */
final class ScriptTest {
  private static final String MARK = "HEADRACE_RUN=test-" + ProcessHandle.current().pid();
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir private Path folder;

  private final Scratch scratch;
  private final Tail stdout = new Tail();
  private final Tail stderr = new Tail();

  ScriptTest() throws SpawnException {
    scratch = new Scratch();
  }

  @BeforeAll
  static void adopts_orphans() {
    Orphans.adopt();
  }

  @AfterEach
  void leaves_nothing() {
    scratch.close();
    // What a test that failed has left would fail the others.
    marked().forEach(row -> Libc.kill(row.pid(), Libc.SIGKILL));
  }

  private Script start(String text, byte[] body) throws SpawnException {
    var launch =
        new Launch(
            "/bin/sh",
            List.of("sh", "-c", text),
            new Environment(List.of("PATH=" + System.getenv("PATH"), "FOLDER=" + folder)),
            List.of("OWN=own", MARK),
            MARK);
    return Script.start(launch, body, List.of(stdout, stderr), scratch);
  }

  private Ended run(String text, byte[] body) throws SpawnException {
    var script = start(text, body);
    assertThat(script.await(Script.NONE, System.nanoTime() + LONG.toNanos()))
        .isEqualTo(Script.Event.ENDED);
    return script.end(false);
  }

  private Ended run(String text) throws SpawnException {
    return run(text, new byte[0]);
  }

  private String said() {
    return new String(stdout.last(Tail.BYTES_MAX), UTF_8);
  }

  private static List<ProcRow> marked() {
    return ProcFile.processes().stream()
        .flatMap(pid -> ProcRow.of(pid).stream())
        .filter(row -> row.carries(MARK))
        .toList();
  }

  private static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      LockSupport.parkNanos(5_000_000);
    }
  }

  @Test
  void a_kill_and_an_exit_of_137_are_told_apart() throws Exception {
    assertThat(run("exit 137").status()).isEqualTo(new WaitStatus.Exited(137));
    assertThat(run("kill -9 $$").status()).isEqualTo(new WaitStatus.Killed(9, false));
    assertThat(run("kill -SEGV $$").status())
        .isInstanceOfSatisfying(
            WaitStatus.Killed.class, killed -> assertThat(killed.signal()).isEqualTo(11));
    assertThat(run("exit 0").status()).isEqualTo(new WaitStatus.Exited(0));
  }

  @Test
  void a_long_body_comes_whole_and_one_that_nobody_reads_holds_nobody_up() throws Exception {
    var body = new byte[3_000_000];
    Arrays.fill(body, (byte) 'x');
    run("wc -c", body);
    assertThat(said().strip()).isEqualTo("3000000");
    assertThat(run("exec <&-; exit 3", body).status()).isEqualTo(new WaitStatus.Exited(3));
  }

  @Test
  void a_flood_is_counted_and_its_end_is_kept() throws Exception {
    var ended = run("head -c 50000000 /dev/zero >&2; echo last >&2");
    assertThat(ended.status()).isEqualTo(new WaitStatus.Exited(0));
    assertThat(stderr.total()).isEqualTo(50_000_005);
    assertThat(stderr.last(Tail.BYTES_MAX)).hasSize(Tail.BYTES_MAX);
    assertThat(new String(stderr.last(5), UTF_8)).isEqualTo("last\n");
  }

  @Test
  void none_that_it_started_outlives_it() throws Exception {
    // It waits until two have left its session: else they may be killed with its group.
    var ended =
        run(
            """
            mkfifo $FOLDER/one $FOLDER/two
            sleep 300 &
            setsid sh -c 'echo >$FOLDER/one; exec sleep 300' &
            (setsid sh -c 'echo >$FOLDER/two; sleep 300; true' &)
            read -r _ <$FOLDER/one
            read -r _ <$FOLDER/two
            exit 0
            """);
    assertThat(ended.status()).isEqualTo(new WaitStatus.Exited(0));
    assertThat(ended.orphans()).isGreaterThanOrEqualTo(2);
    assertThat(marked()).isEmpty();
  }

  @Test
  void not_even_a_child_of_one_that_takes_long_to_die() throws Exception {
    // To give 200 MB back takes a while, in which it has neither an environment nor ended.
    var ended =
        run(
            "mkfifo $FOLDER/up; setsid perl -e '$x = \"x\" x 200e6;"
                + " open U, \">\", \"$ENV{FOLDER}/up\"; print U 1; close U; system \"sleep 300\"' &"
                + " read _ <$FOLDER/up; sleep 0.2; exit 0");
    assertThat(ended.status()).isEqualTo(new WaitStatus.Exited(0));
    assertThat(marked()).isEmpty();
  }

  @Test
  void it_has_three_descriptors_and_ignores_no_signal() throws Exception {
    try (var open = ServerSocketChannel.open();
        var file = Files.newInputStream(Path.of("/proc/self/status"))) {
      assertThat(open.isOpen()).isTrue();
      assertThat(file.read()).isNotNegative();
      run("echo /proc/$$/fd/*; exec grep -e SigIgn -e SigBlk /proc/self/status");
    }
    assertThat(said().lines().findFirst().orElse(""))
        .matches("/proc/\\d+/fd/0 /proc/\\d+/fd/1 /proc/\\d+/fd/2( /proc/\\d+/fd/3)?");
    assertThat(said().lines().skip(1)).allMatch(line -> line.endsWith("\t0000000000000000"));
  }

  @Test
  void it_has_the_variables_of_all_and_its_own() throws Exception {
    run("cat /proc/$$/environ; true");
    var path = "PATH=" + System.getenv("PATH");
    assertThat(said().split("\0", -1))
        .containsExactly(path, "FOLDER=" + folder, "OWN=own", MARK, "");
  }

  private String pipes() throws SpawnException {
    stdout.clear();
    run("readlink /proc/self/fd/1; readlink /proc/self/fd/2");
    return said();
  }

  @Test
  void a_pipe_serves_the_next_script_too_unless_one_ended_badly() throws Exception {
    var first = pipes();
    assertThat(pipes()).isEqualTo(first);
    run("exit 1");
    var second = pipes();
    assertThat(second).isNotEqualTo(first);
    run("kill -9 $$");
    assertThat(pipes()).isNotEqualTo(second);
  }

  @Test
  void a_pipe_that_one_script_has_made_never_to_block_blocks_for_the_next() throws Exception {
    var before = pipes();
    run("exec perl -MFcntl -e 'fcntl(STDOUT, F_SETFL, O_NONBLOCK) or die'");
    assertThat(pipes()).isEqualTo(before);
    stdout.clear();
    run("grep flags: /proc/self/fdinfo/1");
    assertThat(said()).isEqualTo("flags:\t01\n");
  }

  @Test
  void what_escapes_from_a_script_cannot_speak_for_the_next() throws Exception {
    run("mkfifo $FOLDER/up $FOLDER/go $FOLDER/done");
    run(
        """
        (env -i FOLDER=$FOLDER setsid sh -c 'trap "" PIPE
            echo up >$FOLDER/up
            read -r _ <$FOLDER/go
            echo late; echo late >&2
            echo done >$FOLDER/done' &)
        read -r _ <$FOLDER/up
        """);
    run("echo go >$FOLDER/go; read -r _ <$FOLDER/done; echo own");
    assertThat(said()).isEqualTo("own\n");
    assertThat(new String(stderr.last(Tail.BYTES_MAX), UTF_8)).isEmpty();
  }

  @Test
  void what_it_costs_is_told() throws Exception {
    var usage = run("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done").usage();
    assertThat(usage.user().plus(usage.system())).isPositive();
    assertThat(usage.wall()).isPositive();
    assertThat(usage.rssBytesMax()).as("less than ours is not told").isZero();
    var large = run("head -c 400000000 /dev/zero | tail -c 400000000 | wc -c").usage();
    assertThat(large.rssBytesMax()).isGreaterThan(400_000_000);
    assertThat(usage.minorFaults()).isPositive();
  }

  @Test
  void what_it_has_read_is_told_when_it_ended_badly() throws Exception {
    var body = new byte[100_000];
    assertThat(run("cat >/dev/null; exit 3", body).bytesRead()).isGreaterThan(body.length);
    assertThat(run("cat >/dev/null; kill -9 $$", body).bytesRead()).isGreaterThan(body.length);
    var blamed = start("cat >/dev/null", body);
    assertThat(blamed.await(Script.NONE, System.nanoTime() + LONG.toNanos()))
        .isEqualTo(Script.Event.ENDED);
    assertThat(blamed.end(true).bytesRead()).isGreaterThan(body.length);
  }

  @Test
  void a_tree_that_works_differs_from_one_that_waits() throws Exception {
    var idle = start("sleep 300", new byte[0]);
    until(() -> idle.tree().waits().contains("sleep"));
    // It has its name before it has done all that it does before it sleeps.
    until(() -> standsStill(idle));
    idle.kill();
    end(idle);

    var busy = start("while :; do :; done", new byte[0]);
    var first = busy.tree().progress();
    until(() -> !busy.tree().progress().equals(first));
    busy.kill();
    end(busy);
  }

  private static boolean standsStill(Script script) {
    var before = script.tree().progress();
    assertThat(script.await(Script.NONE, System.nanoTime() + 300_000_000L))
        .isEqualTo(Script.Event.TIME);
    return script.tree().progress().equals(before);
  }

  private void end(Script script) {
    assertThat(script.await(Script.NONE, System.nanoTime() + LONG.toNanos()))
        .isEqualTo(Script.Event.ENDED);
    assertThat(script.end(false).status()).isInstanceOf(WaitStatus.Killed.class);
  }

  @Test
  void a_guardian_kills_all_when_its_lifeline_ends() throws Exception {
    var script = start("setsid sleep 300 & sleep 300", new byte[0]);
    until(() -> marked().size() >= 2);
    try (var held = ServerSocketChannel.open()) {
      assertThat(held.isOpen()).isTrue();
      var guardian = Guardian.start(MARK, 2);
      assertThat(ProcRow.of(guardian.pid())).isPresent();
      guardian.close();
      assertThat(script.await(Script.NONE, System.nanoTime() + LONG.toNanos()))
          .isEqualTo(Script.Event.ENDED);
      until(() -> marked().isEmpty());
      until(() -> ProcRow.of(guardian.pid()).isEmpty());
    }
    script.end(false);
  }

  @Test
  void the_descriptor_of_a_socket_is_found_among_others() throws IOException {
    var others = new ArrayList<ServerSocketChannel>();
    var opened =
        Sockets.opening(
            () -> {
              others.add(listening());
              var made = listening();
              others.add(listening());
              return made;
            },
            channel -> channel.socket().getLocalPort());
    try (var channel = opened.made()) {
      for (var other : others) {
        other.close();
      }
      var link = Path.of("/proc/self/fd/" + opened.descriptor().orElseThrow());
      assertThat(Files.readSymbolicLink(link).toString()).as("still open").startsWith("socket:");
      assertThat(channel.isOpen()).isTrue();
    }
  }

  private static ServerSocketChannel listening() {
    try {
      return ServerSocketChannel.open().bind(null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void a_program_that_is_not_there_is_named() {
    var launch = new Launch("/no/such", List.of("such"), Environment.EMPTY, List.of(), MARK);
    assertThatThrownBy(() -> Script.start(launch, new byte[0], List.of(stdout, stderr), scratch))
        .isInstanceOf(SpawnException.class)
        .hasMessage("'/no/such' cannot be started: No such file or directory");
  }
}
