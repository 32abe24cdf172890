package io.headrace.cli;

import io.headrace.server.Quantity;
import io.headrace.worker.ScriptTask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say where the output of scripts goes. */
final class WorkLogs {
  private static final String BYTES_DEFAULT = "10MiB";
  private static final int FILES_DEFAULT = 5;

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
      description = "A longer file is moved to the next number (10MiB).")
  private Optional<String> bytesMax = Optional.empty();

  @Option(
      names = "--log-keep",
      paramLabel = "N",
      description = "Files that are kept of a slot (5).")
  private Optional<Integer> filesMax = Optional.empty();

  Optional<ScriptTask.LogPlan> plan() {
    int files = filesMax.orElse(FILES_DEFAULT);
    if (files < 1) {
      throw new Failure(Exit.USAGE, "--log-keep " + files + " is too few; write 1 or more");
    }
    try {
      long bytes = Quantity.bytes(bytesMax.orElse(BYTES_DEFAULT));
      return folder.map(it -> new ScriptTask.LogPlan(it.toAbsolutePath(), bytes, files));
    } catch (IllegalArgumentException e) {
      throw new Failure(Exit.USAGE, "--log-max: " + e.getMessage(), e);
    }
  }

  /** Those that were given, by name. */
  List<String> given() {
    var given = new ArrayList<String>();
    folder.ifPresent(_ -> given.add("--log"));
    bytesMax.ifPresent(_ -> given.add("--log-max"));
    filesMax.ifPresent(_ -> given.add("--log-keep"));
    return given;
  }
}
