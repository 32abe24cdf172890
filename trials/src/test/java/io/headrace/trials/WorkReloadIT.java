package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A file of workers that changes under a supervisor, which is told by SIGHUP. */
@Execution(ExecutionMode.CONCURRENT)
final class WorkReloadIT {
  /** Notes the tube and its own argument; goes on as long as somebody holds its tube. */
  private static final String SCRIPT =
      """
      echo "$HEADRACE_TUBE $1 begins" >>"$FOLDER/runs"
      while [ -e "$FOLDER/hold-$HEADRACE_TUBE" ]; do sleep 0.05; done
      echo "$HEADRACE_TUBE $1 ends" >>"$FOLDER/runs"
      """;

  @TempDir Path folder;
  private Path file;
  private Path script;

  @BeforeEach
  void writes_the_script() throws IOException {
    file = folder.resolve("workers.toml");
    script = Supervisors.script(folder, SCRIPT);
    Files.writeString(folder.resolve("runs"), "");
    hold("same");
    hold("removed");
  }

  private Path hold(String tube) throws IOException {
    return Files.writeString(folder.resolve("hold-" + tube), "");
  }

  private String table(String tube, String argument, String more) {
    return "[%s]\ncommand = [\"%s\", \"%s\"]\n%s\n".formatted(tube, script, argument, more);
  }

  private List<String> runs() throws IOException {
    return Files.readAllLines(folder.resolve("runs"));
  }

  private void put(Talk talk, String... tubes) throws IOException {
    for (var tube : tubes) {
      talk.ask("use " + tube);
      talk.put("job");
    }
  }

  private void awaitRuns(String... lines) throws Exception {
    Await.until(List.of(lines) + " in " + runs(), () -> runs().containsAll(List.of(lines)));
  }

  private static long notes(Supervisors work, String text) {
    return work.output().lines().filter(line -> line.contains(text)).count();
  }

  @Test
  void a_changed_file_changes_what_it_names_and_a_broken_one_nothing() throws Exception {
    try (var server = RunningServer.of(Peer.HEADRACE, folder).start();
        var talk = server.connect()) {
      Files.writeString(
          file,
          table("same", "first", "")
              + table("changed", "first", "")
              + table("removed", "first", "finish = \"10m\""));
      put(talk, "same", "changed", "removed");
      try (var work = Supervisors.ofFile(folder, "127.0.0.1:" + server.port(), file)) {
        awaitRuns("same first begins", "changed first ends", "removed first begins");

        Files.writeString(file, table("same", "second", "procz = 2"));
        work.signal("HUP");
        var wrong = file + ":3: [same]: unknown key 'procz'. Did you mean 'procs'?";
        Await.until("that is said", () -> notes(work, wrong) == 1);
        assertThat(notes(work, "not reloaded, the work goes on as before: ")).isEqualTo(1);
        put(talk, "changed");
        Await.until(
            "the old one goes on",
            () -> runs().stream().filter("changed first ends"::equals).count() == 2);

        Files.writeString(
            file,
            table("same", "first", "")
                + table("changed", "second", "")
                + table("added", "second", ""));
        work.signal("HUP");
        Await.until(
            "that is said",
            () ->
                notes(work, " is read again; tubes that go on: 1, that finish: 2, that begin: 2")
                    == 1);
        put(talk, "changed", "added", "removed");
        awaitRuns("changed second ends", "added second ends");
        Await.until(
            "it takes no more",
            () -> Told.number(talk, "stats-tube removed", "current-watching") <= 1);
        assertThat(Told.number(talk, "stats-tube removed", "current-jobs-ready")).isEqualTo(1);

        Files.delete(folder.resolve("hold-same"));
        awaitRuns("same first ends");
        assertThat(runs().stream().filter(line -> line.startsWith("same"))).hasSize(2);

        // What was removed still runs, and may do so for ten minutes: unless it is told twice.
        assertThat(runs()).doesNotContain("removed first ends");
        long connections = work.connections();
        work.signal("TERM");
        // A signal that waits is not doubled by another one: the first must have been heard.
        Await.until("who waits for a job ends", () -> work.connections() < connections);
        work.signal("TERM");
        assertThat(work.awaitEnd()).as(work.output()).isZero();
        assertThat(Told.number(talk, "stats-tube removed", "current-jobs-ready")).isEqualTo(2);
      }
    }
  }
}
