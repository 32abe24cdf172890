package io.headrace.cli;

import io.headrace.cli.bench.BenchException;
import io.headrace.cli.bench.BenchRun;
import io.headrace.cli.bench.Contest;
import io.headrace.cli.bench.Load;
import io.headrace.cli.bench.ServerUnderTest;
import io.headrace.cli.config.Durable;
import io.headrace.client.ServerAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code headrace bench}. */
@Command(
    name = "bench",
    description = {
      "Puts load on a server, counts every job, and says what a job cost.",
      "",
      "Without --server it starts one of its own; with --beside it starts both, loads each until it"
          + " is warm, then in turns, and prints the medians.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  headrace bench --conns 16 --depth 16 --phases put,drain,mixed",
      "  headrace bench --beside beanstalkd --durability fsync"
    })
final class BenchVerb implements Callable<Integer> {
  /** Set by the launcher: what this program is started with. */
  private static final String LAUNCHER = "headrace.launcher";

  private static final int ROUNDS_MAX = 1000;

  @Mixin private Output output;

  @Option(names = "--server", paramLabel = "ADDRESS", description = "A server that runs already.")
  private Optional<String> server;

  @Option(
      names = "--server-pid",
      paramLabel = "PID",
      description = "Its process, for its CPU: all threads.")
  private Optional<Long> serverPid;

  @Option(
      names = "--beside",
      paramLabel = "PROGRAM",
      description = "Another server with beanstalkd's command line: beanstalkd.")
  private Optional<String> beside;

  @Option(
      names = "--conns",
      paramLabel = "N",
      defaultValue = "16",
      description = "Connections (${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--depth",
      paramLabel = "N",
      defaultValue = "16",
      description = "Commands in flight on each (${DEFAULT-VALUE}).")
  private int depth;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      defaultValue = "64",
      description = "Bytes of a body (${DEFAULT-VALUE}).")
  private int size;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Jobs of a phase (${DEFAULT-VALUE}).")
  private int jobs;

  @Option(
      names = "--phases",
      paramLabel = "LIST",
      defaultValue = "put,drain,mixed",
      split = ",",
      description = "put, drain, mixed (${DEFAULT-VALUE}).")
  private List<Load.Phase> phases;

  @Option(
      names = "--tube",
      paramLabel = "TUBE",
      defaultValue = "headrace-bench",
      description = "The tube that is used (${DEFAULT-VALUE}).")
  private String tube;

  @Option(
      names = "--limit",
      paramLabel = "TIME",
      defaultValue = "120s",
      converter = Talk.AnyDuration.class,
      description = "The longest that one phase may take (${DEFAULT-VALUE}).")
  private Duration limit;

  @Option(
      names = "--durability",
      paramLabel = "WHEN",
      defaultValue = "none",
      description = "Of servers that are started: fsync, interval:50ms or none (${DEFAULT-VALUE}).")
  private String durability;

  @Option(
      names = "--under",
      paramLabel = "DIRECTORY",
      description =
          "Where data directories are made. Unless given, where temporary files are;"
              + " on a tmpfs an fsync costs nothing.")
  private Optional<Path> under;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "With --beside: rounds that count (${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--cold",
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = Talk.AnyDuration.class,
      description = "With --beside: load before the rounds that count (${DEFAULT-VALUE}).")
  private Duration cold;

  @Override
  public Integer call() {
    var load = new Load(tube, connections, depth, size, jobs, phases, limit);
    if (rounds < 1 || rounds > ROUNDS_MAX) {
      throw new Failure(Exit.USAGE, "--rounds is 1 to " + ROUNDS_MAX + ", not " + rounds);
    }
    if (beside.isPresent() && server.isPresent()) {
      throw new Failure(Exit.USAGE, "--beside starts its servers itself: leave --server out");
    }
    try {
      if (beside.isPresent()) {
        return contest(load, beside.get());
      }
      if (server.isPresent()) {
        var pid = serverPid.map(OptionalLong::of).orElse(OptionalLong.empty());
        return once(load, ServerAddress.parse(server.get()), pid);
      }
      try (var own = startOwn()) {
        return once(load, own.address(), OptionalLong.of(own.pid()));
      }
    } catch (BenchException e) {
      throw new Failure(Exit.UNREACHABLE, String.valueOf(e.getMessage()), e);
    }
  }

  private int once(Load load, ServerAddress address, OptionalLong pid) {
    var report = BenchRun.run(address, pid, load, ThreadLocalRandom.current().nextLong());
    var text = new StringBuilder();
    report.phases().forEach(phase -> text.append(phase.text()));
    output.result(text.append(report.accountText()).toString(), report.toMap());
    return report.clean() ? Exit.DONE : Exit.NO;
  }

  private int contest(Load load, String program) {
    try (var own = startOwn();
        var other = start(Path.of(program).getFileName().toString(), List.of(program))) {
      var contest = new Contest(List.of(own, other), load, ThreadLocalRandom.current().nextLong());
      var entries = contest.run(cold.toNanos(), rounds);
      output.result(Contest.text(entries).stripTrailing(), Contest.toMap(entries));
      return entries.stream().allMatch(Contest.Entry::clean) ? Exit.DONE : Exit.NO;
    }
  }

  private ServerUnderTest startOwn() {
    var launcher = System.getProperty(LAUNCHER, "");
    if (launcher.isEmpty()) {
      throw new Failure(Exit.USAGE, "to start a server, run this by the launcher './headrace'");
    }
    return start("headrace", new ArrayList<>(List.of(launcher, "beanstalkd")));
  }

  private ServerUnderTest start(String name, List<String> command) {
    var syncMs =
        switch (Durable.parse(durability)) {
          case Durable.Fsync _ -> Optional.of(0);
          case Durable.Interval(var atMost) -> Optional.of((int) atMost.toMillis());
          case Durable.None _ -> Optional.<Integer>empty();
          case Durable.Never _ ->
              throw new Failure(Exit.USAGE, "--durability is fsync, interval:50ms or none");
        };
    var folder = under.orElse(Path.of(System.getProperty("java.io.tmpdir")));
    return ServerUnderTest.start(name, command, syncMs, folder);
  }
}
