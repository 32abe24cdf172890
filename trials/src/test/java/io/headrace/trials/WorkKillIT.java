package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The supervisor, or the server, is killed in the middle: no job is lost, no process of a script is
 * left, and no job runs twice at once.
 */
final class WorkKillIT {
  private static final int LONG = 4;
  private static final int SHORT = 20;

  /** Its scripts sleep for 55 and 1,000 s: what is gone by then was ended. */
  private static final double GONE_SECONDS_MAX = 30;

  /**
   * Notes when it begins, when it ends, and whether another run of its job is still there. A long
   * job takes its time when it runs first: whoever is killed is killed in that run, and it would
   * still be there when the next one begins.
   */
  private static final String SCRIPT =
      """
      read -r body
      note() { echo "$1 $HEADRACE_JOB_ID $$ $body" >>"$FOLDER/runs"; }
      before=$(cat "$FOLDER/run-$HEADRACE_JOB_ID" 2>/dev/null)
      if [ -n "$before" ] &&
        grep -qz "^HEADRACE_JOB_ID=$HEADRACE_JOB_ID$" "/proc/$before/environ" 2>/dev/null; then
        note twice
      fi
      echo $$ >"$FOLDER/run-$HEADRACE_JOB_ID"
      mkdir "$TMPDIR/left" && ln -s "$FOLDER" "$TMPDIR/left/link"
      [ $body != long ] || echo "$TMPDIR" >>"$FOLDER/temporary"
      setsid sleep 1000 &
      note begin
      if [ $body = long ] && [ $HEADRACE_ATTEMPT = 1 ]; then
        sleep 55
      fi
      note end
      """;

  @TempDir Path folder;
  private Path script;

  @BeforeEach
  void writes_the_script() throws IOException {
    script = Supervisors.script(folder, SCRIPT);
    Files.writeString(folder.resolve("runs"), "");
  }

  /** The jobs that have done this, each as often. */
  private List<String> runs(String what) throws IOException {
    return Files.readAllLines(folder.resolve("runs")).stream()
        .filter(line -> line.startsWith(what + ' '))
        .map(line -> line.split(" ", -1)[1])
        .toList();
  }

  private Supervisors supervisor(String server, int slots) throws IOException {
    return Supervisors.start(
        folder, server, "--procs", Integer.toString(slots), "--", script.toString());
  }

  private static void put(Talk talk) throws IOException {
    talk.ask("use work");
    for (int i = 0; i < LONG; i++) {
      talk.put("long\n");
    }
    for (int i = 0; i < SHORT; i++) {
      talk.put("short\n");
    }
  }

  private void assertAllDoneOneAtATime() throws Exception {
    Await.until(
        "all jobs have had a run to its end",
        () -> new TreeSet<>(runs("end")).size() == LONG + SHORT);
    assertThat(runs("twice")).as("ran twice at once").isEmpty();
  }

  @Test
  void a_supervisor_that_is_killed_leaves_no_process_and_no_job_runs_twice_at_once()
      throws Exception {
    try (var server = RunningServer.of(Peer.HEADRACE, folder).start();
        var talk = server.connect()) {
      put(talk);
      var address = "127.0.0.1:" + server.port();
      try (var first = supervisor(address, LONG)) {
        Await.until("the long ones run", () -> runs("begin").size() == LONG);
        var its = Supervisors.processes(folder);
        try (var second = supervisor(address, LONG)) {
          Await.until("the short ones are done", () -> runs("end").size() == SHORT);
          first.kill9();
          long killedNs = System.nanoTime();
          Await.until(
              "its processes are gone",
              () -> its.stream().noneMatch(pid -> ProcessHandle.of(pid).isPresent()));
          assertThat((System.nanoTime() - killedNs) / 1e9)
              .as("seconds")
              .isLessThan(GONE_SECONDS_MAX);
          assertAllDoneOneAtATime();
          second.signal("TERM");
          assertThat(second.awaitEnd()).as(second.output()).isZero();
        }
        assertWhatWasLeftIsRemoved(address);
      }
      assertThat(Supervisors.processes(folder)).isEmpty();
    }
  }

  /** By the next one that starts; what links in it point to stays. */
  private void assertWhatWasLeftIsRemoved(String address) throws Exception {
    var killed = Path.of(Files.readAllLines(folder.resolve("temporary")).getFirst()).getParent();
    // One of a trial beside this one may have done it before.
    try (var next = supervisor(address, 1)) {
      Await.until("it is removed: " + next.output(), () -> !Files.exists(killed));
      assertThat(folder.resolve("runs")).exists();
    }
  }

  @Test
  void a_server_that_is_killed_loses_no_job_and_none_runs_twice_at_once() throws Exception {
    var socket = folder.resolve("socket");
    var launch =
        RunningServer.serve(folder, folder.resolve("data"), "fsync")
            .options("--listen", "unix:" + socket);
    try (var work = supervisor("unix:" + socket, LONG + 2)) {
      try (var server = launch.start();
          var talk = server.connect()) {
        put(talk);
        Await.until("the short ones are done", () -> runs("end").size() == SHORT);
        server.kill9();
      }
      try (var server = launch.start()) {
        assertAllDoneOneAtATime();
        assertThat(server.isAlive()).isTrue();
        work.awaitSaid("trying again");
      }
    }
  }
}
