package io.headrace.server.metrics;

import io.headrace.queue.AttemptEnd;
import io.headrace.queue.EndCause;
import io.headrace.server.ConnectionHealth;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Headrace's own metrics, made of one set of numbers; docs/metrics.md lists them. */
final class MetricsPage {
  private static final double NS_PER_S = 1e9;
  private static final double[] TURN_BOUNDS_S = turnBounds();

  private final LoopNumbers numbers;
  private final MetricList list = new MetricList();

  private MetricsPage(LoopNumbers numbers) {
    this.numbers = numbers;
  }

  private static double[] turnBounds() {
    var bounds = new double[LoopCensus.TURN_BOUNDS_NS.length + 1];
    for (int i = 0; i < LoopCensus.TURN_BOUNDS_NS.length; i++) {
      bounds[i] = LoopCensus.TURN_BOUNDS_NS[i] / NS_PER_S;
    }
    bounds[bounds.length - 1] = Double.POSITIVE_INFINITY;
    return bounds;
  }

  /** Makes the metrics; {@code version} is Headrace's own. */
  static MetricList of(LoopNumbers numbers, String version) {
    var page = new MetricsPage(numbers);
    page.list.info("headrace_build", "The version of Headrace.", Labels.of("version", version));
    page.tubes();
    page.sessions();
    page.intake();
    page.captures();
    page.bodies();
    page.numbers.journal().ifPresent(page::journal);
    page.loop();
    page.attempts();
    return page.list;
  }

  /** One number of a tube in one state. */
  private record InState(String tube, String state, long jobs) {}

  private void tubes() {
    var tubes = new ArrayList<>(numbers.tubes());
    numbers.others().ifPresent(tubes::add);
    var states = new ArrayList<InState>();
    for (var tube : tubes) {
      String name = tube.name().toString();
      states.add(new InState(name, "ready", tube.ready()));
      states.add(new InState(name, "reserved", tube.reserved()));
      states.add(new InState(name, "delayed", tube.delayed()));
      states.add(new InState(name, "buried", tube.buried()));
    }
    Function<TubeNumbers, Labels> label = tube -> Labels.of("tube", tube.name().toString());
    list.gauges(
            "headrace_jobs",
            "Jobs there are now.",
            states,
            one -> Labels.of("tube", one.tube(), "state", one.state()),
            InState::jobs)
        .gauges(
            "headrace_tube_waiting",
            "Sessions that wait in a reserve for a job of the tube; one may wait in several tubes.",
            tubes,
            label,
            TubeNumbers::waiting)
        .counters(
            "headrace_jobs_put",
            "Jobs ever put, over restarts too; of a tube, since it was created.",
            tubes,
            label,
            TubeNumbers::put)
        .counters(
            "headrace_jobs_deleted",
            "Jobs that a delete ended since the tube was created. Not told of '(others)'.",
            numbers.tubes(),
            label,
            TubeNumbers::deleted)
        .gauges(
            "headrace_oldest_ready_seconds",
            "How long the job that is next in line has been ready; 0 when there is none. One of a"
                + " lower priority may wait for longer. Of '(others)' the greatest.",
            tubes,
            label,
            tube -> tube.oldestReadyNs() / NS_PER_S)
        .gauge("headrace_tubes", "Tubes there are now.", numbers.totals().tubes())
        .counter(
            "headrace_timeouts",
            "Reservations that ended by their TTR, over restarts too.",
            numbers.totals().timeouts());
  }

  private void sessions() {
    var totals = numbers.totals();
    list.gauge("headrace_connections", "Connections that are open.", numbers.connections())
        .counter(
            "headrace_connections_opened",
            "Connections that were opened since the start.",
            numbers.connectionsEver())
        .gauges(
            "headrace_connections_by_health",
            "Connections that are open, by how they do.",
            List.of(ConnectionHealth.values()),
            health -> Labels.of("health", health.word()),
            health -> numbers.connectionsByHealth().getOrDefault(health, 0L))
        .gauge("headrace_producers", "Connections that have put.", totals.producers())
        .gauge("headrace_workers", "Connections that have reserved.", totals.workers())
        .gauge("headrace_waiting_sessions", "Connections that wait in a reserve.", totals.waiting())
        .counters(
            "headrace_client_faults",
            "What clients did wrong since the start, by kind.",
            List.copyOf(numbers.faults().entrySet()),
            one -> Labels.of("kind", one.getKey().word()),
            Map.Entry::getValue);
  }

  /** How many connections were refused for one reason. */
  private record Refused(String why, long connections) {}

  private void intake() {
    var intake = numbers.intake();
    list.gauge("headrace_connections_max", "Connections that may be open.", intake.max())
        .gauge(
            "headrace_connections_max_per_address",
            "Connections that one address may have.",
            intake.maxPerAddress())
        .gauge(
            "headrace_connections_max_per_listener",
            "Connections that may have come in by one listen address.",
            intake.maxPerListener())
        .counters(
            "headrace_connections_refused",
            "Connections that were told to go since the start, by the reason.",
            List.of(
                new Refused("full", intake.refusedFull()),
                new Refused("address", intake.refusedByAddress()),
                new Refused("listener", intake.refusedByListener()),
                new Refused("no_descriptor", intake.refusedWithoutDescriptor())),
            one -> Labels.of("why", one.why()),
            Refused::connections)
        .counter(
            "headrace_accept_failures",
            "Times that the system failed to accept a connection since the start.",
            intake.acceptFailures())
        .counter(
            "headrace_accept_aborts",
            "Connections that ended before they were accepted since the start.",
            intake.acceptAborts())
        .counter(
            "headrace_listen_overflows",
            "Connections that the kernel did not queue since the start, as a queue was full; of all"
                + " listeners of this network namespace.",
            intake.listenOverflows())
        .counter(
            "headrace_listen_drops",
            "Connections that the kernel dropped since the start, for any reason; of all listeners"
                + " of this network namespace.",
            intake.listenDrops());
  }

  private void captures() {
    var captures = numbers.captures();
    list.counter(
            "headrace_tls_failures",
            "Connections that did not agree on TLS since the start.",
            numbers.tlsFailures())
        .gauge(
            "headrace_recorder_bytes",
            "Memory that the last bytes of all connections take.",
            captures.recorderBytes())
        .counter(
            "headrace_recorder_short",
            "Connections of which less was remembered than they may have, since the start.",
            captures.recorderShort())
        .gauge("headrace_captures", "Captures that are kept.", captures.kept())
        .gauge("headrace_captures_bytes", "What they take, as written.", captures.keptBytes())
        .counter(
            "headrace_captures_skipped",
            "Captures that were not taken since the start, as there were so many.",
            captures.skipped());
  }

  private void bodies() {
    list.gauge(
            "headrace_body_resident_bytes",
            "Bytes of the bodies that are in memory.",
            numbers.totals().bodyBytes() - numbers.spilledBytes())
        .gauge(
            "headrace_body_spilled_bytes",
            "Bytes of the bodies that are only in the journal until their turn comes.",
            numbers.spilledBytes())
        .gauge(
            "headrace_memory_used_bytes",
            "Memory that bodies take, with what their places round up.",
            numbers.memoryBytes())
        .gauge(
            "headrace_memory_budget_bytes",
            "Most memory that bodies may take: memory-max.",
            numbers.memoryBudgetBytes())
        .gauge(
            "headrace_keys",
            "Keys of puts that are remembered, so that a retry puts no second job.",
            numbers.totals().keys());
  }

  private void journal(LoopNumbers.JournalNumbers journal) {
    list.gauge(
            "headrace_journal_oldest_segment",
            "Number of the oldest file of the journal.",
            journal.oldestSegment())
        .gauge(
            "headrace_journal_newest_segment",
            "Number of the file that is being written.",
            journal.newestSegment())
        .gauge(
            "headrace_journal_segment_bytes",
            "Size of one file of the journal.",
            journal.segmentBytes())
        .counter(
            "headrace_journal_entries_written",
            "Entries written since the start.",
            journal.entriesWritten())
        .counter(
            "headrace_journal_bodies_copied",
            "Bodies copied forward from old files since the start.",
            journal.bodiesCopied());
  }

  private void loop() {
    var turns = numbers.turns();
    var bounds = Arrays.stream(TURN_BOUNDS_S).boxed().toList();
    list.gauge(
            "headrace_draining",
            "1 while puts are refused by the operator's wish.",
            numbers.draining() ? 1 : 0)
        .gauge("headrace_uptime_seconds", "Time since the start.", numbers.uptimeNs() / NS_PER_S)
        .histograms(
            "headrace_loop_turn_seconds",
            "How long the turns of the loop took: what one client may have to wait for the others.",
            List.of(
                new MetricList.Histogram(
                    Labels.EMPTY,
                    ClassicHistogramBuckets.of(bounds, turns.counts()),
                    turns.sumNs() / NS_PER_S)))
        .gauge(
            "headrace_loop_turn_max_seconds",
            "The longest turn of the loop since the start.",
            turns.maxNs() / NS_PER_S)
        .counter(
            "headrace_loop_stalls", "Turns of the loop that took 10 ms or longer.", turns.stalls());
  }

  /** One count of a tube under one more label. */
  private record Counted(String tube, String what, long count) {}

  private void attempts() {
    var meters = numbers.meters();
    var attempts = new ArrayList<Counted>();
    var ends = new ArrayList<Counted>();
    for (var copy : meters) {
      String tube = copy.tube().toString();
      for (var how : AttemptEnd.values()) {
        attempts.add(new Counted(tube, label(how), copy.meters().attempts[how.code()]));
      }
      for (var cause : EndCause.values()) {
        if (cause != EndCause.NONE) {
          ends.add(new Counted(tube, label(cause), copy.meters().ends[cause.code()]));
        }
      }
    }
    list.histograms(
            "headrace_wait_seconds",
            "How long jobs were ready before a session got them, since the start.",
            meters.stream().map(copy -> histogram(copy, copy.meters().waits)).toList())
        .histograms(
            "headrace_run_seconds",
            "How long sessions held jobs, since the start.",
            meters.stream().map(copy -> histogram(copy, copy.meters().runs)).toList())
        .counters(
            "headrace_attempts",
            "Holds of jobs that have ended since the start, by how they ended.",
            attempts,
            one -> Labels.of("tube", one.tube(), "how", one.what()),
            Counted::count)
        .counters(
            "headrace_jobs_ended",
            "Jobs that the queue itself gave up since the start, by the cause.",
            ends,
            one -> Labels.of("tube", one.tube(), "cause", one.what()),
            Counted::count)
        .gauges(
            "headrace_tube_sick",
            "1 while the tube is sick. '(others)' is sick while one of them is.",
            meters,
            copy -> Labels.of("tube", copy.tube().toString()),
            copy -> copy.meters().sick ? 1 : 0);
  }

  private static MetricList.Histogram histogram(JobMeters.Copy copy, Durations durations) {
    return new MetricList.Histogram(
        Labels.of("tube", copy.tube().toString()),
        ClassicHistogramBuckets.of(Durations.boundsS(), durations.counts()),
        durations.sumS());
  }

  /** What stands for it as the value of a label. */
  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
