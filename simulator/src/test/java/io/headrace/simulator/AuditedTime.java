package io.headrace.simulator;

import io.headrace.queue.JobState;
import io.headrace.queue.JobView.Standing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What time alone does with jobs. */
final class AuditedTime {
  private final AuditedState state;
  private final AuditedEnds ends;
  private final AuditedDeaths deaths;

  AuditedTime(AuditedState state, AuditedEnds ends, AuditedDeaths deaths) {
    this.state = state;
    this.ends = ends;
    this.deaths = deaths;
  }

  /**
   * Delays, reservations and the time of dropped jobs end that are over: those of the session or
   * tube first whose first was over first.
   */
  void takeDue() {
    Map<Object, List<AuditedJob>> due = new LinkedHashMap<>();
    Stream.concat(state.jobs.values().stream(), state.dropped.values().stream())
        .filter(this::isDue)
        .sorted(AuditedJob.MATURITY)
        .forEach(job -> due.computeIfAbsent(ownerOf(job), _ -> new ArrayList<>()).add(job));
    for (List<AuditedJob> jobs : due.values()) {
      jobs.stream()
          .sorted(Comparator.comparing(job -> state.dropped.containsKey(job.id)))
          .forEach(this::take);
    }
  }

  private boolean isDue(AuditedJob job) {
    boolean timed =
        state.dropped.containsKey(job.id)
            || job.state == JobState.DELAYED
            || job.state == JobState.RESERVED;
    return timed && job.untilNs <= state.nowNs;
  }

  private Object ownerOf(AuditedJob job) {
    return job.state == JobState.RESERVED ? job.holder : job.tube;
  }

  private void take(AuditedJob job) {
    if (state.dropped.containsKey(job.id)) {
      ends.removeDropped(job);
    } else if (job.state == JobState.RESERVED) {
      ends.timeOut(job);
    } else if (job.lane == Standing.CONDEMNED) {
      deaths.execute(job);
    } else {
      job.makeReady(state.nowNs);
    }
  }
}
