package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the options of {@code headrace work} do to real scripts: limits, and the trace. */
@Execution(ExecutionMode.CONCURRENT)
final class WorkOptionsIT {
  @TempDir Path folder;

  /** Each table is a tube in which there is one job; one death ends it. */
  private Path workers(Talk talk, String tables) throws IOException {
    for (var line : tables.lines().filter(each -> each.startsWith("[")).toList()) {
      var tube = line.substring(1, line.indexOf(']'));
      talk.ask("use " + tube);
      talk.put("job");
      assertThat(talk.ask("set-tube " + tube + " max-deaths=1").line()).isEqualTo("SET");
    }
    return Files.writeString(folder.resolve("workers.toml"), tables);
  }

  /** The docket of the only job of a tube, when it is buried. */
  private static String docket(Talk talk, String tube) throws Exception {
    Await.until(
        "the job of " + tube + " is buried",
        () -> Told.number(talk, "stats-tube " + tube, "current-jobs-buried") == 1);
    talk.ask("use " + tube);
    return talk.ask("peek-docket " + talk.ask("peek-buried").id()).body();
  }

  @Test
  void limits_are_what_scripts_meet_and_what_dockets_tell() throws Exception {
    Tools.requireRoot("to become another user");
    try (var server = RunningServer.of(Peer.HEADRACE, folder).start();
        var talk = server.connect()) {
      var file =
          workers(
              talk,
              """
              [spins]
              command = ["perl", "-e", "while (1) {}"]
              cpu = "1s"

              [goes-on]
              command = ["perl", "-e", "$SIG{XCPU} = 'IGNORE'; while (1) {}"]
              cpu = "1s"

              [allocates]
              command = ["perl", "-e", "my $n = 300_000_000; my $all = 'x' x $n;"]
              memory = "100MiB"
              on-exit = ["1-255=died"]

              [opens]
              command = ["perl", "-e", \"""while (open(my $f, '<', '/dev/null')) { push @all, $f } \
                print 'opens ', @all + 3\"""]
              nofile = 20
              result-tube = "results"

              [forks]
              command = ["perl", "-e", \"""for (1..20) { $p = fork; $n++ if $p;
                exec('sleep', 9) if defined $p and $p == 0 } print 'forks ', $n\"""]
              nproc = 10
              user = "games"
              result-tube = "results"

              [is]
              command = ["sh", "-c", "echo is $(id -un) $(touch $TMPDIR/x && echo writes)"]
              user = "nobody"
              result-tube = "results"
              """);
      try (var work = Supervisors.ofFile(folder, "127.0.0.1:" + server.port(), file)) {
        assertThat(docket(talk, "spins"))
            .contains("limits: --cpu 1 s\n", "end: SIGXCPU\n")
            .contains("by: the kernel, by its limit of time on processors (--cpu)\n");
        assertThat(docket(talk, "goes-on"))
            .contains("end: SIGKILL\n")
            .contains("by: perhaps the kernel, by its limit of time on processors (--cpu)");
        assertThat(docket(talk, "allocates"))
            .contains("limits: --memory 104857600 bytes\n", "end: exit 1\n", "Out of memory!");
        talk.ask("watch results");
        var results = new TreeMap<String, String>();
        for (int i = 0; i < 3; i++) {
          var result = talk.ask("reserve-with-timeout 20").body().strip();
          results.put(result.split(" ", 2)[0], result);
        }
        assertThat(results.values())
            .as(work.output())
            .containsExactly("forks 9", "is nobody writes", "opens 20");
      }
    }
  }

  @Test
  void a_trace_tells_the_last_lines_that_bash_and_perl_ran() throws Exception {
    var bash = script("last.bash", "#!/bin/bash\nstep() { kill -SEGV $$; }\nbefore=1\nstep\n");
    var perl = script("last.pl", "#!/usr/bin/perl\nmy $before = 1;\nkill 'SEGV', $$;\nsleep 9;\n");
    boolean installed = Run.command("perl", "-MDevel::Trace", "-e", "1").exit() == 0;
    try (var server = RunningServer.of(Peer.HEADRACE, folder).start();
        var talk = server.connect()) {
      var file =
          workers(
              talk,
              """
              [bash]
              command = ["%s"]
              trace = true

              [perl]
              command = ["%s"]
              trace = true

              [other]
              command = ["sh", "-c", "exit 0"]
              trace = true
              """
                  .formatted(bash, perl));
      try (var work = Supervisors.ofFile(folder, "127.0.0.1:" + server.port(), file)) {
        assertThat(docket(talk, "bash"))
            .contains("--- trace: ")
            .containsPattern("\\+ [0-9.]+ " + bash + ":3: before=1\n")
            .containsPattern("\\+ [0-9.]+ " + bash + ":2: kill -SEGV \\d+\n");
        var missing = "--trace: perl tells nothing, since Devel::Trace is not there";
        assertThat(docket(talk, "perl").contains(">> " + perl + ":3: kill 'SEGV'"))
            .isEqualTo(installed);
        assertThat(work.output().contains(missing)).isNotEqualTo(installed);
        work.awaitSaid("other: --trace: sh tells nothing of what it runs");
      }
    }
  }

  private Path script(String name, String text) throws IOException {
    var file = Files.writeString(folder.resolve(name), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
