package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A supervisor whose network to the server goes away, and comes back, while its scripts run. */
@Execution(ExecutionMode.CONCURRENT)
final class WorkNetworkIT {
  private static final int JOBS = 2;

  /** It is touched after a third of it, and a touch is waited for as long as the patience is. */
  private static final int TTR_SECONDS = 10;

  /**
   * A first run does not end by itself in the time of this trial. Each run notes where an earlier
   * one of its job is still there.
   */
  private static final String SCRIPT =
      """
      note() { echo "$1 $HEADRACE_JOB_ID" >>"$FOLDER/runs"; }
      before=$(cat "$FOLDER/run-$HEADRACE_JOB_ID" 2>/dev/null)
      if [ -n "$before" ] &&
        grep -qz "^HEADRACE_JOB_ID=$HEADRACE_JOB_ID$" "/proc/$before/environ" 2>/dev/null; then
        note twice
      fi
      echo $$ >"$FOLDER/run-$HEADRACE_JOB_ID"
      note begin
      [ $HEADRACE_ATTEMPT -gt 1 ] || [ -e "$FOLDER/short" ] || sleep 100
      note end
      """;

  @TempDir Path folder;

  private List<String> runs(String what) throws IOException {
    return Files.readAllLines(folder.resolve("runs")).stream()
        .filter(line -> line.startsWith(what))
        .toList();
  }

  @Test
  void its_scripts_end_before_others_have_their_jobs_and_it_comes_back_by_itself()
      throws Exception {
    Files.writeString(folder.resolve("runs"), "");
    var script = Supervisors.script(folder, SCRIPT).toString();
    try (var server = RunningServer.of(Peer.HEADRACE, folder).options("-l", "0.0.0.0").start();
        var talk = server.connect();
        var network = Network.open();
        var cut =
            Supervisors.within(
                network,
                folder,
                network.here() + ":" + server.port(),
                "--procs",
                Integer.toString(JOBS + 1),
                "--patience",
                "3s",
                "--",
                script)) {
      talk.ask("use work");
      for (int i = 0; i < JOBS; i++) {
        talk.put(100, 0, TTR_SECONDS, "job");
      }
      Await.until("all run", () -> runs("begin").size() == JOBS);
      network.dropAll();
      try (var other =
          Supervisors.start(folder, "127.0.0.1:" + server.port(), "--procs", "2", "--", script)) {
        Await.until("another does the jobs", () -> runs("end").size() == JOBS);
        assertThat(runs("twice")).as("ran twice at once").isEmpty();
        other.signal("TERM");
        assertThat(other.awaitEnd()).as(other.output()).isZero();
      }
      assertThat(Supervisors.processes(folder)).as("what the network cut off").isEmpty();

      Files.writeString(folder.resolve("short"), "");
      // First the network: a connection that is gone must not be given the job.
      network.passAll();
      talk.put(100, 0, TTR_SECONDS, "job");
      Await.until("it works again", () -> runs("end").size() == JOBS + 1);
      assertThat(cut.isAlive()).as(cut.output()).isTrue();
      cut.awaitSaid("; trying again");
      assertThat(runs("begin")).hasSize(2 * JOBS + 1);
      Await.until(
          "each is done once",
          () -> Told.number(talk, "stats-tube work", "cmd-delete") == JOBS + 1);
    }
  }
}
