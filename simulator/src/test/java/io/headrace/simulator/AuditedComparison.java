package io.headrace.simulator;

import io.headrace.queue.EndRecord;
import io.headrace.queue.HistoryView;
import io.headrace.queue.JobState;
import io.headrace.queue.JobView;
import io.headrace.queue.Limits;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.TubeName;
import io.headrace.queue.TubeView;
import io.headrace.simulator.AuditedState.AuditedSession;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Compares what the auditor's books say with what the machine says. */
final class AuditedComparison {
  private final AuditedState state;
  private final QueueMachine machine;
  private final long nowNs;

  AuditedComparison(AuditedState state, QueueMachine machine) {
    this.state = state;
    this.machine = machine;
    nowNs = state.nowNs;
  }

  void compare() {
    state.jobs.values().forEach(this::job);
    Stream.concat(state.jobs.values().stream(), state.dropped.values().stream())
        .forEach(this::history);
    for (AuditedJob job : state.dropped.values()) {
      Violation.unless(machine.job(job.id, nowNs).isEmpty(), "%s is dropped and found", job);
    }
    totals();
    for (TubeName tube : machine.tubes()) {
      Violation.unless(state.exists(tube), "there is a tube %s", tube);
      tube(tube, machine.tube(tube, nowNs).orElseThrow());
    }
    state
        .tubes()
        .keySet()
        .forEach(
            tube -> Violation.unless(machine.tubes().contains(tube), "there is no tube %s", tube));
    List<EndRecord> records = machine.endRecords(Limits.END_RECORDS_MAX);
    Violation.unless(
        times(records).equals(times(state.endRecords))
            && inOrder(records).equals(inOrder(state.endRecords)),
        "the records of ended jobs are %s instead of %s",
        records,
        state.endRecords);
    Violation.unless(
        machine.defaultSettings().equals(state.policy.defaults), "other settings hold for all");
    state.keys.compare(machine);
  }

  /** By time: which comes first of those that end in one moment is the machine's own affair. */
  private static List<EndRecord> inOrder(List<EndRecord> records) {
    return records.stream()
        .sorted(Comparator.comparingLong(EndRecord::atNs).thenComparingLong(EndRecord::job))
        .toList();
  }

  private static List<Long> times(List<EndRecord> records) {
    return records.stream().map(EndRecord::atNs).toList();
  }

  private void totals() {
    var totals = machine.totals();
    long counted = totals.ready() + totals.reserved() + totals.delayed() + totals.buried();
    Violation.unless(
        counted == state.jobs.size(),
        "the machine has %d jobs instead of %d",
        counted,
        state.jobs.size());
    long waiting = state.sessions.values().stream().filter(AuditedSession::waits).count();
    Violation.unless(
        totals.waiting() == waiting, "%d sessions wait instead of %d", totals.waiting(), waiting);
    Violation.unless(machine.lastJob() == state.lastJob, "the last id is not %d", state.lastJob);
  }

  private void job(AuditedJob job) {
    Optional<JobView> seen = machine.job(job.id, nowNs);
    Violation.unless(seen.isPresent(), "G7: %s is gone", job);
    Violation.unless(agrees(job, seen.get()), "the machine says %s of %s", seen.get(), job);
  }

  private boolean agrees(AuditedJob job, JobView seen) {
    long leftNs =
        switch (job.state) {
          case DELAYED, RESERVED -> job.untilNs - nowNs;
          case READY, BURIED -> 0;
        };
    return seen.state() == job.state
        && seen.tube().equals(job.tube)
        && seen.priority() == job.priority
        && seen.delayNs() == job.delayNs
        && seen.ttrNs() == job.ttrNs
        && seen.timeLeftNs() == leftNs
        && seen.ageNs() == nowNs - job.createdNs
        && seen.reserves() == job.reserves
        && seen.timeouts() == job.timeouts
        && seen.releases() == job.releases
        && seen.buries() == job.buries
        && seen.kicks() == job.kicks
        && seen.standing() == job.lane
        && seen.deaths() == job.deaths
        && seen.strikes() == job.strikes
        && seen.excused() == job.excused
        && seen.cause() == job.cause
        && seen.endedNs() == job.endedNs
        && seen.origin().equals(job.origin);
  }

  private void history(AuditedJob job) {
    long docket = state.dockets.containsKey(job.docket) ? job.docket : 0;
    HistoryView known = new HistoryView(job.attempts, docket, job.signature);
    HistoryView seen = machine.history(job.id).orElse(new HistoryView(List.of(), 0, ""));
    Violation.unless(seen.equals(known), "the past of %s is %s instead of %s", job, seen, known);
    Violation.unless(
        machine.docket(job.docket).isPresent() == state.dockets.containsKey(job.docket),
        "the docket of %s",
        job);
  }

  private void tube(TubeName name, TubeView seen) {
    AuditedTube tube = state.tube(name);
    long pauseLeftNs = tube.isPaused(nowNs) ? tube.pausedUntilNs - nowNs : 0;
    Violation.unless(
        seen.pauseLeftNs() == pauseLeftNs, "the pause of %s ends at another time", name);
    long suspects = state.in(name, JobState.READY).filter(AuditedJob::isSuspect).count();
    long dropped = state.dropped.values().stream().filter(job -> job.tube.equals(name)).count();
    boolean agrees =
        seen.settings().equals(tube.own)
            && seen.sick() == tube.gate.isSick()
            && seen.doubleRuns() == tube.doubleRuns
            && seen.bodyBytes() == state.bodyBytes(name)
            && seen.suspects() == suspects
            && seen.dropped() == dropped
            && seen.dockets() == state.countDockets(name);
    Violation.unless(
        agrees,
        "the machine says %s; there are %d suspects, %d dropped, %d dockets, %d bytes, %d double"
            + " runs, %s",
        seen,
        suspects,
        dropped,
        state.countDockets(name),
        state.bodyBytes(name),
        tube.doubleRuns,
        tube.gate.isSick() ? "sick" : "well");
  }
}
