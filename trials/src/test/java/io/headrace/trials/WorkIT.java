package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Scripts that die, hang, flood and leave others behind: one bad job among good ones costs three
 * runs at most, and leaves its evidence.
 *
 * <p>{@code -Dheadrace.trials.jobs} sets how many good ones there are, {@code
 * -Dheadrace.trials.seed} where the bad one is; {@code -Dheadrace.trials.bad=all} adds a crash to
 * what hangs and what has no end, {@code -Dheadrace.trials.long=true} makes a flood 1 GB.
 */
final class WorkIT {
  private static final int GOOD_JOBS = Integer.getInteger("headrace.trials.jobs", 500);
  private static final long SEED = Long.getLong("headrace.trials.seed", System.nanoTime());
  private static final int DEATHS_MAX = 3;
  private static final long FLOOD_BYTES =
      Boolean.getBoolean("headrace.trials.long") ? 1_000_000_000 : 50_000_000;

  /** What is compiled and allocated once is so after these. */
  private static final long WARMING_BYTES = 10_000_000;

  /** A flood is read and thrown away: 64 KiB of it are kept. */
  private static final long GROWTH_KIB_MAX = 20 * 1024;

  private static final Duration FLOOD_MAX = Duration.ofMinutes(5);

  /** Jobs that take some seconds, of which the first ones count. */
  private static final int MORE_THAN_ARE_DONE = 5_000;

  /** What the first hundred of them write. */
  private static final int SOME_BYTES = 500;

  private static final Set<Bad> BAD =
      "all".equals(System.getProperty("headrace.trials.bad"))
          ? EnumSet.allOf(Bad.class)
          : EnumSet.of(Bad.SLEEP, Bad.LOOP);

  @TempDir Path folder;

  private static long put(Talk talk, int good, String bad) throws IOException {
    talk.ask("use work");
    int at = new Random(SEED).nextInt(good);
    long job = 0;
    for (int i = 0; i < good; i++) {
      if (i == at) {
        job = talk.put(bad + "\n").id();
      }
      talk.put("good\n");
    }
    return job;
  }

  private static String address(RunningServer server) {
    return "127.0.0.1:" + server.port();
  }

  private static void assertPoisoned(Talk talk, long job, String... evidence) throws IOException {
    var facts = Told.of(talk, "show-job " + job);
    assertThat(facts).containsEntry("cause", "poisoned").containsEntry("state", "buried");
    assertThat(Integer.parseInt(facts.getOrDefault("deaths", "99")))
        .isLessThanOrEqualTo(DEATHS_MAX);
    assertThat(talk.ask("peek-docket " + job).body()).contains(evidence);
  }

  private static boolean isDone(Talk talk, int done, int buried) throws IOException {
    var tube = Told.of(talk, "stats-tube work");
    return Integer.toString(done).equals(tube.get("cmd-delete"))
        && Integer.toString(buried).equals(tube.get("current-jobs-buried"));
  }

  @Test
  void a_job_that_kills_its_script_costs_three_runs_and_leaves_its_evidence() throws Exception {
    var script =
        Supervisors.script(
            folder,
            """
            read -r body
            case $body in
              kill) echo 'about to die' >&2; kill -9 $$ ;;
            esac
            """);
    var sha256 =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(script)));
    try (var server = RunningServer.of(Peer.HEADRACE, folder).start();
        var talk = server.connect()) {
      long job = put(talk, GOOD_JOBS, "kill");
      try (var work =
          Supervisors.start(folder, address(server), "--procs", "16", "--", script.toString())) {
        Await.until(
            "the good jobs are done and the bad one is buried, seed %d".formatted(SEED),
            () -> isDone(talk, GOOD_JOBS, 1));
        assertPoisoned(
            talk,
            job,
            "end: SIGKILL\n",
            "about to die",
            "sha256: " + sha256,
            script.getFileName() + ": SIGKILL: about to die\n");
        work.signal("TERM");
        assertThat(work.awaitEnd()).as(work.output()).isZero();
      }
    }
  }

  /** What a script does in place of its work. */
  private enum Bad {
    SEGFAULT("kill -SEGV $$"),
    SLEEP("sleep 1000"),
    LOOP("while :; do :; done");

    private final String text;

    Bad(String text) {
      this.text = text;
    }

    /** What is said of it then. */
    String[] evidence() {
      return switch (this) {
        case SEGFAULT -> new String[] {"end: SIGSEGV", "by: the program itself, by a fault"};
        case SLEEP -> new String[] {": hung", "waits: ", "(sleep) state S"};
        case LOOP -> new String[] {": too slow", "state R"};
      };
    }
  }

  @Test
  void one_that_crashes_hangs_or_has_no_end_is_stopped_too() throws Exception {
    try (var open = new Many()) {
      var trials = new ArrayList<BadTrial>();
      for (var bad : BAD) {
        trials.add(new BadTrial(bad, open));
      }
      for (var trial : trials) {
        Await.until(
            "%s is buried, seed %d".formatted(trial.bad, SEED),
            () -> isDone(trial.talk, BadTrial.GOOD, 1));
        assertPoisoned(trial.talk, trial.job, trial.bad.evidence());
      }
      assertThat(Supervisors.processes(folder)).as("what is left of the scripts").isEmpty();
    }
  }

  /** The end of something. */
  private interface End {
    void come() throws IOException;
  }

  /** What is to be ended, in the order opposite to that in which it was begun. */
  private static final class Many implements AutoCloseable {
    private final List<End> all = new ArrayList<>();

    void add(End end) {
      all.add(end);
    }

    @Override
    public void close() throws IOException {
      for (var end : all.reversed()) {
        end.come();
      }
    }
  }

  /** A server and a supervisor for one kind, since deaths that happen together are not counted. */
  private final class BadTrial {
    private static final int GOOD = 20;

    private final Bad bad;
    private final Talk talk;
    private final long job;

    BadTrial(Bad bad, Many open) throws IOException {
      this.bad = bad;
      var server = RunningServer.of(Peer.HEADRACE, folder).start();
      open.add(server::close);
      this.talk = server.connect();
      open.add(talk::close);
      this.job = put(talk, GOOD, "bad");
      assertThat(talk.ask("set-tube work max-deaths=2").line()).isEqualTo("SET");
      var script =
          Supervisors.script(folder, "read -r body\n[ $body = good ] && exit\n" + bad.text);
      var work =
          Supervisors.start(
              folder,
              address(server),
              "--procs",
              "3",
              "--stall",
              bad == Bad.SLEEP ? "500ms" : "1m",
              "--max-time",
              bad == Bad.LOOP ? "1s" : "1m",
              "--grace",
              "100ms",
              "--",
              script.toString());
      open.add(work::close);
    }
  }

  @Test
  void what_is_only_odd_is_no_death() throws Exception {
    var script =
        Supervisors.script(
            folder,
            """
            read -r body
            case $body in
              exit) exit 137 ;;
              orphans) setsid sleep 1000 & sleep 1000 & exit 0 ;;
              long*) exec <&- ;;
              later) [ "$HEADRACE_ATTEMPT" -ge 2 ] || exit 75 ;;
              result) echo "$HEADRACE_TUBE $HEADRACE_ATTEMPT $TMPDIR" ;;
            esac
            """);
    try (var server = RunningServer.of(Peer.HEADRACE, folder).start();
        var talk = server.connect()) {
      talk.ask("use work");
      talk.ask("set-tube work max-attempts=3 max-deaths=3");
      long exits = talk.put("exit\n").id();
      talk.put("orphans\n");
      talk.put("long\n" + "x".repeat(60_000));
      talk.put("later\n");
      talk.put("result\n");
      try (var work =
          Supervisors.start(
              folder,
              address(server),
              "--procs",
              "2",
              "--result-tube",
              "results",
              "--",
              script.toString())) {
        Await.until("all is done", () -> isDone(talk, 4, 1));
        var facts = Told.of(talk, "show-job " + exits);
        assertThat(facts).containsEntry("cause", "exhausted").containsEntry("deaths", "0");
        work.awaitSaid("job " + exits + ": ", ": exit 137");
        assertThat(talk.ask("peek-docket " + exits).body())
            .contains("\nend: exit 137\n", "\nby: the script itself\n", "attempt 3\n");
        assertThat(Supervisors.processes(folder)).as("orphans").isEmpty();
        assertThat(results(talk)).hasSize(4).anyMatch(text -> text.startsWith("work 1 /"));
      }
    }
  }

  private static List<String> results(Talk talk) throws IOException {
    talk.ask("watch results");
    var all = new ArrayList<String>();
    for (int i = 0; i < 4; i++) {
      all.add(talk.ask("reserve-with-timeout 10").body());
    }
    return all;
  }

  @Test
  void what_is_done_when_it_is_to_end_is_deleted_and_does_not_run_again() throws Exception {
    var script = Supervisors.script(folder, "echo done >>\"$FOLDER/ran\"\n");
    var ran = Files.createFile(folder.resolve("ran"));
    try (var server = RunningServer.of(Peer.HEADRACE, folder).start();
        var talk = server.connect()) {
      talk.ask("use work");
      for (int i = 0; i < MORE_THAN_ARE_DONE; i++) {
        talk.put("job\n");
      }
      try (var work =
          Supervisors.start(folder, address(server), "--procs", "8", "--", script.toString())) {
        Await.until("it works", () -> Files.size(ran) > SOME_BYTES);
        work.signal("TERM");
        assertThat(work.awaitEnd()).as(work.output()).isZero();
      }
      assertThat(Told.number(talk, "stats-tube work", "cmd-delete"))
          .isEqualTo(Files.readAllLines(ran).size());
      // The server may see the end of its connections later than others see its own.
      Await.until(
          "nothing is held",
          () -> Told.number(talk, "stats-tube work", "current-jobs-reserved") == 0);
    }
  }

  @Test
  void where_every_script_dies_no_job_is_condemned_and_work_resumes_by_itself() throws Exception {
    var script = Supervisors.script(folder, "read -r body; cat \"$FOLDER/needed\" || kill -9 $$\n");
    int jobs = 20;
    try (var server = RunningServer.of(Peer.HEADRACE, folder).start();
        var talk = server.connect()) {
      talk.ask("use work");
      for (int i : IntStream.range(0, jobs).toArray()) {
        talk.put("job " + i + "\n");
      }
      try (var work =
          Supervisors.start(folder, address(server), "--procs", "8", "--", script.toString())) {
        Await.until(
            "the tube is sick", () -> "sick".equals(Told.of(talk, "show-tube work").get("health")));
        work.awaitSaid("jobs have all failed", "needed: No such file or directory");
        Files.writeString(folder.resolve("needed"), "here\n");
        Await.until("all is done", () -> isDone(talk, jobs, 0));
        work.awaitSaid("scripts work again");
      }
    }
  }

  @Test
  void a_flood_on_stderr_costs_the_supervisor_no_memory() throws Exception {
    var script = Supervisors.script(folder, "read -r bytes; head -c $bytes /dev/zero >&2\n");
    try (var server = RunningServer.of(Peer.HEADRACE, folder).start();
        var talk = server.connect();
        var work = Supervisors.start(folder, address(server), "--", script.toString())) {
      talk.ask("use work");
      talk.put(WARMING_BYTES + "\n");
      Await.until("it is warm", () -> isDone(talk, 1, 0));
      long before = work.memoryKib("VmRSS");
      talk.put(FLOOD_BYTES + "\n");
      Await.until("it is done", FLOOD_MAX, () -> isDone(talk, 2, 0));
      long peak = work.memoryKib("VmHWM");
      System.out.printf(
          "%d bytes on stderr: VmRSS %d KiB before, VmHWM %d%n", FLOOD_BYTES, before, peak);
      assertThat(peak - before).as("KiB").isLessThan(GROWTH_KIB_MAX);
    }
  }
}
