package io.headrace.cli.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Times of one kind of command, in nanoseconds, to three digits. */
final class Latencies {
  private static final long HIGHEST_NS = 600_000_000_000L;

  private final Histogram histogram = new Histogram(1, HIGHEST_NS, 3);

  void record(long ns) {
    histogram.recordValue(Math.clamp(ns, 1, HIGHEST_NS));
  }

  boolean isEmpty() {
    return histogram.getTotalCount() == 0;
  }

  double micros(double percentile) {
    return histogram.getValueAtPercentile(percentile) / 1e3;
  }

  Map<String, Double> toMap() {
    var map = new LinkedHashMap<String, Double>();
    map.put("p50", rounded(micros(50)));
    map.put("p90", rounded(micros(90)));
    map.put("p99", rounded(micros(99)));
    map.put("p99.9", rounded(micros(99.9)));
    map.put("max", rounded(micros(100)));
    return map;
  }

  private static double rounded(double micros) {
    return Math.round(micros * 10) / 10.0;
  }
}
