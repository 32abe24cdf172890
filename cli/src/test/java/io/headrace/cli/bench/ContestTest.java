package io.headrace.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class ContestTest {
  private static PhaseResult phase(Load.Phase phase, String latency, double p50) {
    return new PhaseResult(
        phase,
        1000,
        0.5,
        OptionalDouble.of(2),
        0,
        OptionalDouble.empty(),
        Map.of(latency, Map.of("p50", p50, "p99", 10 * p50)));
  }

  @Test
  void each_phase_shows_the_time_that_it_is_about() {
    var phases =
        List.of(
            phase(Load.Phase.PUT, "put", 11),
            phase(Load.Phase.DRAIN, "reserve", 22),
            phase(Load.Phase.MIXED, "put_to_reserved", 33));
    var report = new BenchReport(phases, 1000, 1000, 1000, 1000, 0, true, 0, 0, 0, 0, 0, 0);
    var text = Contest.text(List.of(new Contest.Entry("one", List.of(), List.of(report))));
    assertThat(text.lines())
        .anyMatch(line -> line.matches("put +one .* put +11 +110"))
        .anyMatch(line -> line.matches("drain +one .* reserve +22 +220"))
        .anyMatch(line -> line.matches("mixed +one .* put_to_reserved +33 +330"));
  }
}
