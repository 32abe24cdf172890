package io.headrace.cli;

import io.headrace.server.Quantity;
import io.headrace.worker.ScriptTask;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say where the output of scripts goes. */
final class WorkLogs {
  @Option(
      names = "--log",
      paramLabel = "FOLDER",
      description =
          "Where what scripts print is kept, a file a slot. Unless given: the last 64 KiB of a"
              + " script that dies.")
  private Optional<Path> folder = Optional.empty();

  @Option(
      names = "--log-max",
      paramLabel = "SIZE",
      defaultValue = "10MiB",
      description = "A longer file is moved to the next number (${DEFAULT-VALUE}).")
  private String bytesMax;

  @Option(
      names = "--log-keep",
      paramLabel = "N",
      defaultValue = "5",
      description = "Files that are kept of a slot (${DEFAULT-VALUE}).")
  private int files;

  Optional<ScriptTask.LogPlan> plan() {
    if (files < 1) {
      throw new Failure(Exit.USAGE, "--log-keep " + files + " is too few; write 1 or more");
    }
    try {
      long bytes = Quantity.bytes(bytesMax);
      return folder.map(it -> new ScriptTask.LogPlan(it.toAbsolutePath(), bytes, files));
    } catch (IllegalArgumentException e) {
      throw new Failure(Exit.USAGE, "--log-max: " + e.getMessage(), e);
    }
  }
}
