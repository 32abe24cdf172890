package io.headrace.cli.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What one phase showed.
 *
 * @param jobs jobs put, or taken in a drain
 * @param cpuMicrosPerJob the server's CPU, all its threads
 * @param otherCores cores that neither the server nor this process used: neighbours
 */
public record PhaseResult(
    Load.Phase phase,
    int jobs,
    double seconds,
    OptionalDouble cpuMicrosPerJob,
    double otherCores,
    OptionalDouble serverMiB,
    Map<String, Map<String, Double>> latencies) {

  /** Jobs a second. */
  public double rate() {
    return jobs / seconds;
  }

  /** Its name on the command line. */
  public String name() {
    return phase.name().toLowerCase(Locale.ROOT);
  }

  /** The figures by name, for a program. */
  public Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    map.put("phase", name());
    map.put("jobs", jobs);
    map.put("seconds", Math.round(seconds * 1e6) / 1e6);
    map.put("jobs_per_second", Math.round(rate()));
    cpuMicrosPerJob.ifPresent(
        micros -> map.put("server_cpu_us_per_job", Math.round(micros * 100) / 100.0));
    map.put("other_cpu_cores", Math.round(otherCores * 100) / 100.0);
    serverMiB.ifPresent(mib -> map.put("server_rss_mib", Math.round(mib * 10) / 10.0));
    map.put("latency_us", latencies);
    return map;
  }

  /** One line a phase, and one a kind of command. */
  public String text() {
    var text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%-6s %,10d jobs in %7.2f s  %,10.0f jobs/s",
            name(),
            jobs,
            seconds,
            rate()));
    cpuMicrosPerJob.ifPresent(
        micros -> text.append(String.format(Locale.ROOT, "  server CPU %.2f us/job", micros)));
    serverMiB.ifPresent(mib -> text.append(String.format(Locale.ROOT, "  %.0f MiB", mib)));
    text.append(String.format(Locale.ROOT, "  (others: %.2f cores)%n", otherCores));
    latencies.forEach((what, times) -> {
      text.append(String.format(Locale.ROOT, "         %-15s", what));
      times.forEach((percentile, micros) ->
          text.append(String.format(Locale.ROOT, "  %s %.0f us", percentile, micros)));
      text.append('\n');
    });
    return text.toString();
  }
}
