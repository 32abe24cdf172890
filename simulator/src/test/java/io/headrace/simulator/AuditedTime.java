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

  /** What happens at a time; of what is due of one owner, by its turn. */
  private record Due(long atNs, long id, Object owner, int turn, Runnable happens) {}

  /**
   * Delays, reservations and the times of dropped jobs and dockets end that are over: those of the
   * session or tube first whose first was over first.
   */
  void takeDue() {
    Stream<Due> jobs =
        state.jobs.values().stream()
            .filter(job -> job.state == JobState.DELAYED || job.state == JobState.RESERVED)
            .map(job -> new Due(job.untilNs, job.id, ownerOf(job), 0, () -> take(job)));
    Stream<Due> dropped =
        state.dropped.values().stream()
            .map(job -> new Due(job.untilNs, job.id, job.tube, 1, () -> ends.removeDropped(job)));
    Stream<Due> dockets =
        state.dockets.entrySet().stream()
            .map(one -> {
              long id = one.getKey();
              var docket = one.getValue();
              return new Due(
                  docket.untilNs(), id, docket.tube(), 2, () -> state.dockets.remove(id));
            });
    Map<Object, List<Due>> due = new LinkedHashMap<>();
    Stream.of(jobs, dropped, dockets)
        .flatMap(some -> some)
        .filter(one -> one.atNs <= state.nowNs)
        .sorted(Comparator.comparingLong(Due::atNs).thenComparingLong(Due::id))
        .forEach(one -> due.computeIfAbsent(one.owner, _ -> new ArrayList<>()).add(one));
    for (List<Due> of : due.values()) {
      of.stream().sorted(Comparator.comparingInt(Due::turn)).forEach(one -> one.happens.run());
    }
  }

  private static Object ownerOf(AuditedJob job) {
    return job.state == JobState.RESERVED ? job.holder : job.tube;
  }

  private void take(AuditedJob job) {
    if (job.state == JobState.RESERVED) {
      ends.timeOut(job);
    } else if (job.lane == Standing.CONDEMNED) {
      deaths.execute(job);
    } else {
      job.makeReady(state.nowNs);
    }
  }
}
