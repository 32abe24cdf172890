package io.headrace.cli;

import io.headrace.server.Quantity;
import io.headrace.worker.ScriptLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** The options that limit what a script may take. */
final class WorkLimits {
  @Option(names = "--nofile", paramLabel = "N", description = "Open files of a process.")
  private Optional<Long> files = Optional.empty();

  @Option(names = "--nproc", paramLabel = "N", description = "Processes of its user in all.")
  private Optional<Long> processes = Optional.empty();

  @Option(names = "--memory", paramLabel = "SIZE", description = "Address space of a process.")
  private Optional<String> memory = Optional.empty();

  @Option(
      names = "--cpu",
      paramLabel = "TIME",
      converter = Talk.AnyDuration.class,
      description = "Time on processors of a process; then SIGXCPU, a second later SIGKILL.")
  private Optional<Duration> cpu = Optional.empty();

  @Option(names = "--user", paramLabel = "NAME", description = "Whom scripts run as; root only.")
  private Optional<String> user = Optional.empty();

  ScriptLimits limits() {
    return new ScriptLimits(
        count("--nofile", files), count("--nproc", processes), memoryBytes(), cpu, user);
  }

  private static OptionalLong count(String option, Optional<Long> count) {
    if (count.filter(it -> it < 1).isPresent()) {
      throw new Failure(Exit.USAGE, option + " " + count.get() + " is too few; write 1 or more");
    }
    return count.map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  private OptionalLong memoryBytes() {
    try {
      return memory.map(text -> OptionalLong.of(Quantity.bytes(text))).orElse(OptionalLong.empty());
    } catch (IllegalArgumentException e) {
      throw new Failure(Exit.USAGE, "--memory: " + e.getMessage(), e);
    }
  }

  /** Those that were given, by name. */
  List<String> given() {
    var given = new ArrayList<String>();
    files.ifPresent(_ -> given.add("--nofile"));
    processes.ifPresent(_ -> given.add("--nproc"));
    memory.ifPresent(_ -> given.add("--memory"));
    cpu.ifPresent(_ -> given.add("--cpu"));
    user.ifPresent(_ -> given.add("--user"));
    return given;
  }
}
