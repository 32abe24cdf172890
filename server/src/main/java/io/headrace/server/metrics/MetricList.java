package io.headrace.server.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The metrics of one scrape, in the order in which they were added. */
final class MetricList {
  private final List<MetricSnapshot> list = new ArrayList<>();

  List<MetricSnapshot> toList() {
    return list;
  }

  void add(MetricSnapshot metric) {
    list.add(metric);
  }

  /** A gauge of a count; exact up to 2^53. */
  MetricList gauge(String name, String help, long value) {
    return gauge(name, help, (double) value);
  }

  MetricList gauge(String name, String help, double value) {
    return gauges(name, help, List.of(value), _ -> Labels.EMPTY, v -> v);
  }

  /** One gauge for each of {@code items}; none of them, no metric. */
  <T> MetricList gauges(
      String name,
      String help,
      List<T> items,
      Function<T, Labels> labels,
      ToDoubleFunction<T> value) {
    if (!items.isEmpty()) {
      var builder = GaugeSnapshot.builder().name(name).help(help);
      for (T item : items) {
        builder.dataPoint(
            GaugeDataPointSnapshot.builder()
                .labels(labels.apply(item))
                .value(value.applyAsDouble(item))
                .build());
      }
      list.add(builder.build());
    }
    return this;
  }

  /** A counter; {@code name} without the {@code _total} that is put behind it. */
  MetricList counter(String name, String help, long value) {
    return counters(name, help, List.of((double) value), _ -> Labels.EMPTY, v -> v);
  }

  /** One counter for each of {@code items}; none of them, no metric. */
  <T> MetricList counters(
      String name,
      String help,
      List<T> items,
      Function<T, Labels> labels,
      ToDoubleFunction<T> value) {
    if (!items.isEmpty()) {
      var builder = CounterSnapshot.builder().name(name).help(help);
      for (T item : items) {
        builder.dataPoint(
            CounterDataPointSnapshot.builder()
                .labels(labels.apply(item))
                .value(value.applyAsDouble(item))
                .build());
      }
      list.add(builder.build());
    }
    return this;
  }

  /** What one histogram of several says. */
  record Histogram(Labels labels, ClassicHistogramBuckets buckets, double sum) {}

  /** One histogram for each of {@code items}; none of them, no metric. */
  MetricList histograms(String name, String help, List<Histogram> items) {
    if (!items.isEmpty()) {
      var builder = HistogramSnapshot.builder().name(name).help(help);
      for (var item : items) {
        builder.dataPoint(
            HistogramDataPointSnapshot.builder()
                .labels(item.labels())
                .classicHistogramBuckets(item.buckets())
                .sum(item.sum())
                .build());
      }
      list.add(builder.build());
    }
    return this;
  }

  /** A metric that is always 1, whose labels tell; {@code name} without {@code _info}. */
  MetricList info(String name, String help, Labels labels) {
    list.add(
        InfoSnapshot.builder()
            .name(name)
            .help(help)
            .dataPoint(InfoDataPointSnapshot.builder().labels(labels).build())
            .build());
    return this;
  }
}
