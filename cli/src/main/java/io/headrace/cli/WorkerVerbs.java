package io.headrace.cli;

import io.headrace.worker.StatusFile;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code headrace worker …}: the supervisors of this machine. */
@Command(name = "worker", description = "Looks at what 'headrace work' does on this machine.")
final class WorkerVerbs {
  @Command(
      name = "list",
      description = {
        "Lists the slots of all supervisors of this user: what they do and for how many seconds,",
        "the job and the pid of the script that runs, how many jobs were done, failed and died,",
        "the most memory that one of their scripts has had, in bytes; and whether deaths began",
        "when the script changed. The task is the name of the script, or http for web requests,",
        "which have no pid.",
        ""
      },
      footer = {"", "Example:", "  headrace worker list"})
  int list(@Mixin Output output) {
    try {
      output.rows(StatusFile.all(), "no supervisor runs here; 'headrace work' starts one");
      return Exit.DONE;
    } catch (IOException e) {
      throw new Failure(Exit.NO, "the supervisors' files cannot be read: " + e.getMessage(), e);
    }
  }
}
