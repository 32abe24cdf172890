package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code headrace work} with a beanstalkd, which knows neither deaths nor policies. */
@Execution(ExecutionMode.CONCURRENT)
final class WorkElsewhereIT {
  private static final int GOOD = 197;

  @TempDir Path folder;

  @Test
  void each_job_is_done_or_buried_and_that_is_said() throws Exception {
    var script =
        Supervisors.script(
            folder,
            """
            read -r body
            case $body in
              kill) echo 'about to die' >&2; kill -9 $$ ;;
              no) exit 3 ;;
              later) [ "$HEADRACE_ATTEMPT" -ge 2 ] || exit 75 ;;
            esac
            echo "$HEADRACE_JOB_ID" >>"$FOLDER/done"
            """);
    try (var server = RunningServer.of(Peer.BEANSTALKD, folder).start();
        var talk = server.connect()) {
      talk.ask("use work");
      long dies = talk.put("kill\n").id();
      long fails = talk.put("no\n").id();
      talk.put("later\n");
      for (int i = 0; i < GOOD; i++) {
        talk.put("good\n");
      }
      try (var work =
          Supervisors.start(
              folder,
              "127.0.0.1:" + server.port(),
              "--procs",
              "4",
              "--on-exit",
              "3=bury",
              "--",
              script.toString())) {
        Await.until(
            "all are done or buried",
            () ->
                Told.number(talk, "stats-tube work", "cmd-delete") == GOOD + 1
                    && Told.number(talk, "stats-tube work", "current-jobs-buried") == 2);
        work.awaitSaid(
            "job " + dies + ": " + script.getFileName() + ": SIGKILL: about to die\n",
            "job " + dies + " is buried, since it died at attempt 3",
            "job " + fails + ": " + script.getFileName() + ": exit 3\n");
        assertThat(Told.of(talk, "stats-job " + dies)).containsEntry("reserves", "3");
        work.signal("TERM");
        assertThat(work.awaitEnd()).as(work.output()).isZero();
      }
      var done = Files.readAllLines(folder.resolve("done"));
      assertThat(new HashSet<>(done)).hasSize(done.size()).hasSize(GOOD + 1);
    }
  }
}
