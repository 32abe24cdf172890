package io.headrace.worker;

import io.headrace.worker.process.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Has bash write down each command before it runs it, on descriptor 3, and perl each line, on its
 * stderr, where Devel::Trace is installed. Other interpreters do as ever.
 */
final class Trace {
  private static final String FILE = "trace.bash";

  /** Read by every bash that runs a script: bash(1), BASH_ENV. */
  private static final String TEXT =
      """
      BASH_XTRACEFD=3
      PS4='+ ${EPOCHREALTIME-} ${BASH_SOURCE}:${LINENO}: '
      set -x
      """;

  private Trace() {}

  /**
   * Writes what bash reads into this folder; returns what scripts need in their environment.
   *
   * @param runner what reads the script: where nothing will come of it that is said
   */
  static List<String> prepare(Path folder, String runner, Consumer<String> note)
      throws IOException {
    var file = Files.writeString(folder.resolve(FILE), TEXT);
    var environment = new ArrayList<>(List.of("BASH_ENV=" + file));
    boolean perl = Programs.run(List.of("perl", "-MDevel::Trace", "-e", "1")).exit() == 0;
    if (perl) {
      environment.add("PERL5OPT=-d:Trace");
    }
    if (runner.startsWith("perl")) {
      if (!perl) {
        note.accept(
            "--trace: perl tells nothing, since Devel::Trace is not there; apt install"
                + " libdevel-trace-perl");
      }
    } else if (!runner.equals("bash")) {
      note.accept("--trace: " + runner + " tells nothing of what it runs; bash and perl do");
    }
    return environment;
  }

  static void remove(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(FILE));
  }
}
