package io.headrace.cli.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;

/** The same load on several servers in turns, so that a neighbour's noise meets all of them. */
public final class Contest {
  private final List<ServerUnderTest> servers;
  private final Load load;
  private long nextRun;

  /** What one server showed: apart while it was cold, then a report a round. */
  public record Entry(String name, List<BenchReport> cold, List<BenchReport> rounds) {

    /** The middle of a figure over all rounds; 0 where no round has it. */
    public double median(int phase, ToDoubleFunction<PhaseResult> figure) {
      var sorted =
          rounds.stream()
              .mapToDouble(one -> figure.applyAsDouble(one.phases().get(phase)))
              .sorted()
              .toArray();
      int middle = sorted.length / 2;
      return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Whether every job of every round is accounted for. */
    public boolean clean() {
      return cold.stream().allMatch(BenchReport::clean)
          && rounds.stream().allMatch(BenchReport::clean);
    }
  }

  public Contest(List<ServerUnderTest> servers, Load load, long firstRun) {
    this.servers = List.copyOf(servers);
    this.load = load;
    nextRun = firstRun;
  }

  /**
   * Runs cold rounds for a time, then the counted rounds.
   *
   * @param coldNs how long each server is loaded before its rounds count
   */
  public List<Entry> run(long coldNs, int rounds) {
    var entries = new ArrayList<Entry>();
    for (var server : servers) {
      var cold = new ArrayList<BenchReport>();
      for (long start = System.nanoTime(); System.nanoTime() - start < coldNs; ) {
        cold.add(round(server));
      }
      entries.add(new Entry(server.name(), cold, new ArrayList<>()));
    }
    for (int i = 0; i < rounds; i++) {
      for (int at = 0; at < servers.size(); at++) {
        entries.get(at).rounds().add(round(servers.get(at)));
      }
    }
    return entries;
  }

  private BenchReport round(ServerUnderTest server) {
    return BenchRun.run(server.address(), OptionalLong.of(server.pid()), load, nextRun++);
  }

  /** The medians, each server a line a phase, with the ratio to the last server. */
  public static String text(List<Entry> entries) {
    var text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%-7s %-11s %12s %8s %14s %8s   %-15s %8s %8s%n",
            "phase",
            "server",
            "jobs/s",
            "ratio",
            "CPU us/job",
            "ratio",
            "latency of",
            "p50 us",
            "p99 us"));
    var last = entries.getLast();
    for (int phase = 0; phase < last.rounds().getFirst().phases().size(); phase++) {
      for (var entry : entries) {
        int at = phase;
        double rate = entry.median(at, PhaseResult::rate);
        double cpu = entry.median(at, Contest::cpu);
        text.append(
            String.format(
                Locale.ROOT,
                "%-7s %-11s %,12.0f %8.2f %14.2f %8.2f   %-15s %8.0f %8.0f%n",
                last.rounds().getFirst().phases().get(at).name(),
                entry.name(),
                rate,
                rate / last.median(at, PhaseResult::rate),
                cpu,
                cpu / last.median(at, Contest::cpu),
                latency(last.rounds().getFirst().phases().get(at)),
                entry.median(at, result -> micros(result, "p50")),
                entry.median(at, result -> micros(result, "p99"))));
      }
    }
    for (var entry : entries) {
      text.append(entry.name())
          .append(": ")
          .append(entry.rounds().size())
          .append(" rounds, medians; cold before that: ")
          .append(coldText(entry))
          .append(entry.clean() ? "; every job accounted for" : "; NOT CLEAN")
          .append('\n');
    }
    return text.toString();
  }

  private static String coldText(Entry entry) {
    if (entry.cold().isEmpty()) {
      return "none";
    }
    return String.join(
        ", ",
        entry.cold().getFirst().phases().stream()
            .map(phase ->
                String.format(
                    Locale.ROOT, "%s %,.0f jobs/s %.2f us", phase.name(), phase.rate(), cpu(phase)))
            .toList());
  }

  private static double cpu(PhaseResult result) {
    return result.cpuMicrosPerJob().orElse(0);
  }

  /** The time that says most of a phase. */
  private static String latency(PhaseResult result) {
    return switch (result.phase()) {
      case PUT -> "put";
      case DRAIN -> "reserve";
      case MIXED -> "put_to_reserved";
    };
  }

  private static double micros(PhaseResult result, String percentile) {
    return result.latencies().getOrDefault(latency(result), Map.of()).getOrDefault(percentile, 0.0);
  }

  /** All figures of all rounds, for a program. */
  public static Map<String, Object> toMap(List<Entry> entries) {
    var map = new LinkedHashMap<String, Object>();
    for (var entry : entries) {
      map.put(entry.name(), Map.of("cold", maps(entry.cold()), "rounds", maps(entry.rounds())));
    }
    return map;
  }

  private static List<Map<String, Object>> maps(List<BenchReport> reports) {
    return reports.stream().map(BenchReport::toMap).toList();
  }
}
