package io.headrace.server.metrics;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes what one scrape gets, in Prometheus' text format 0.0.4. Used from any thread. */
final class Scrape implements AutoCloseable {
  static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private final String version;
  private final ProcessMetrics process = new ProcessMetrics();
  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

  Scrape(String version) {
    this.version = version;
  }

  byte[] text(LoopNumbers numbers) {
    MetricList metrics = MetricsPage.of(numbers, version);
    process.take().forEach(metrics::add);
    var out = new ByteArrayOutputStream();
    try {
      writer.write(out, new MetricSnapshots(metrics.toList()), EscapingScheme.UNDERSCORE_ESCAPING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  @Override
  public void close() {
    process.close();
  }
}
