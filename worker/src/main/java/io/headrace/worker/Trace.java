package io.headrace.worker;

import io.headrace.worker.process.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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

  /** Writes what bash reads into this folder; returns what scripts need in their environment. */
  static List<String> prepare(Path folder) throws IOException {
    var file = Files.writeString(folder.resolve(FILE), TEXT);
    var environment = new ArrayList<>(List.of("BASH_ENV=" + file));
    if (Programs.run(List.of("perl", "-MDevel::Trace", "-e", "1")).exit() == 0) {
      environment.add("PERL5OPT=-d:Trace");
    }
    return environment;
  }

  static void remove(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(FILE));
  }
}
