package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A script that is replaced by a worse one, and removed, while jobs are worked on. */
@Execution(ExecutionMode.CONCURRENT)
final class WorkScriptFileIT {
  private static final String GOOD = "exit 0\n";

  private static final String WORSE =
      """
      read -r body
      echo $body >>"$FOLDER/runs"
      while [ $body = wait ] && [ -e "$FOLDER/hold" ]; do sleep 0.05; done
      kill -SEGV $$
      """;

  @TempDir Path folder;

  /** Puts this content in the place of the script, which has another one then or none. */
  private String replace(Path script, String text) throws Exception {
    Files.move(Supervisors.script(folder, text), script, StandardCopyOption.REPLACE_EXISTING);
    var digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(script));
    return HexFormat.of().formatHex(digest);
  }

  private static void awaitDeletes(Talk talk, int count) throws Exception {
    Await.until(
        count + " jobs are done",
        () -> Told.number(talk, "stats-tube work", "cmd-delete") == count);
  }

  /** That of a job, which its first death ends. */
  private static String docketOf(long job, Talk talk) throws Exception {
    Await.until(
        "it is buried", () -> "buried".equals(Told.of(talk, "show-job " + job).get("state")));
    return talk.ask("peek-docket " + job).body();
  }

  private static String list(Supervisors work) {
    return Run.command(List.of(Tools.headrace(), "worker", "list"))
        .stdout()
        .lines()
        .filter(line -> line.contains(Long.toString(work.pid())))
        .findFirst()
        .orElse("");
  }

  @Test
  void deaths_are_laid_to_the_content_that_ran_and_a_missing_script_to_no_job() throws Exception {
    Files.writeString(folder.resolve("hold"), "");
    Files.writeString(folder.resolve("runs"), "");
    var script = folder.resolve("script.sh");
    var good = replace(script, GOOD);
    try (var server = RunningServer.of(Peer.HEADRACE, folder).start();
        var talk = server.connect();
        var work =
            Supervisors.start(
                folder, "127.0.0.1:" + server.port(), "--procs", "2", "--", script.toString())) {
      talk.ask("use work");
      talk.put("good\n");
      talk.ask("set-tube work max-deaths=1");
      awaitDeletes(talk, 1);

      var worse = replace(script, WORSE);
      assertThat(docketOf(talk.put("bad\n").id(), talk))
          .contains("sha256: " + worse)
          .contains("changed: the script is new since ", "before: sha256 " + good);
      var said = " died since the script changed (sha256 " + worse.substring(0, 12) + ", ";
      Await.until("it is listed", () -> list(work).contains(said));

      long waits = talk.put("wait\n").id();
      Await.until("it runs", () -> Files.readString(folder.resolve("runs")).contains("wait"));
      Files.delete(script);
      Files.delete(folder.resolve("hold"));
      assertThat(docketOf(waits, talk))
          .contains("sha256: " + worse, "changed: the file was removed while this ran");

      long kept = talk.put("good\n").id();
      var missing = script + " is not there any more; put it back; its job goes back";
      Await.until("its absence is said", () -> work.output().contains(missing));
      assertThat(Told.of(talk, "show-job " + kept)).containsEntry("deaths", "0");
      Await.until(
          "nobody takes it", () -> Told.number(talk, "stats-tube work", "current-jobs-ready") == 1);
      replace(script, GOOD);
      awaitDeletes(talk, 2);
      Await.until("the new content is not blamed", () -> !list(work).contains(" died since "));
    }
  }
}
