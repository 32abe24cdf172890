package io.headrace.queue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What is told of the state to those who only look. */
final class Views {
  private final QueueState state;

  Views(QueueState state) {
    this.state = state;
  }

  Session session(SessionId id) {
    var session = state.sessions.find(id);
    if (session == null) {
      throw new AssertionError("only an open session is looked at");
    }
    return session;
  }

  JobView job(int slot, long nowNs) {
    var jobs = state.jobs;
    var jobState = jobs.state(slot);
    var timeLeftNs =
        switch (jobState) {
          case DELAYED, RESERVED -> jobs.deadlineNs(slot) - nowNs;
          case READY, BURIED -> 0;
        };
    return new JobView(
        jobs.id(slot),
        state.tubeOf(slot).name,
        jobState,
        jobs.priority(slot),
        nowNs - jobs.createdNs(slot),
        jobs.delayNs(slot),
        jobs.ttrNs(slot),
        timeLeftNs,
        new Body(jobs.bodyRef(slot), jobs.bodyBytes(slot), jobs.bodyCrc32c(slot)),
        jobs.reserves(slot),
        jobs.timeouts(slot),
        jobs.releases(slot),
        jobs.buries(slot),
        jobs.kicks(slot),
        lane(jobs.lane(slot)),
        jobs.rare(slot, RareField.DEATHS),
        jobs.rare(slot, RareField.STRIKES),
        jobs.rare(slot, RareField.EXCUSED),
        EndCause.of(jobs.rare(slot, RareField.CAUSE)),
        jobs.endedNs(slot),
        origin(jobs.rare(slot, RareField.ORIGIN)));
  }

  private static JobView.Standing lane(Lane lane) {
    return switch (lane) {
      case PLAIN, DROPPED, DOCKET -> JobView.Standing.PLAIN;
      case SUSPECT -> JobView.Standing.SUSPECT;
      case CONDEMNED -> JobView.Standing.CONDEMNED;
    };
  }

  private Optional<TubeName> origin(int origin) {
    return origin == 0 ? Optional.empty() : Optional.of(state.tubes.at(origin - 1).name);
  }

  Optional<Body> docket(long id) {
    var jobs = state.jobs;
    var slot = state.index.slot(id);
    return slot == JobTable.NONE || jobs.lane(slot) != Lane.DOCKET
        ? Optional.empty()
        : Optional.of(new Body(jobs.bodyRef(slot), jobs.bodyBytes(slot), jobs.bodyCrc32c(slot)));
  }

  List<EndRecord> endRecords(int max) {
    return state.endRecords.sequencedValues().reversed().stream().limit(max).toList();
  }

  /** What is known of a job's past. */
  Optional<HistoryView> history(long job) {
    return Optional.ofNullable(state.histories.find(job)).map(this::view);
  }

  private HistoryView view(History history) {
    var kept = docket(history.docket).isPresent() ? history.docket : 0;
    return new HistoryView(history.attempts(), kept, history.signature);
  }

  /**
   * Jobs that policies have ended and that are still there, those that are dropped too, longest
   * known first: at most {@code max}, after one whose history is known.
   */
  List<DeadView> dead(long after, int max, long nowNs) {
    var found = new ArrayList<DeadView>();
    var begin = state.histories.find(after);
    var history = begin == null ? state.histories.oldest() : begin.newer;
    for (; history != null && found.size() < max; history = history.newer) {
      var slot = state.index.slot(history.job);
      var cause = EndCause.of(state.jobs.rare(slot, RareField.CAUSE));
      if (cause != EndCause.NONE || state.jobs.lane(slot) == Lane.DROPPED) {
        found.add(
            new DeadView(job(slot, nowNs), view(history), state.jobs.lane(slot) == Lane.DROPPED));
      }
    }
    return found;
  }

  long first(TubeName name, JobState jobState) {
    var tube = state.tubes.find(name);
    if (tube == null) {
      return 0;
    }
    var slot =
        switch (jobState) {
          case READY -> state.firstReady(tube);
          case DELAYED -> tube.delayed.first();
          case BURIED -> tube.buried.first();
          case RESERVED -> throw new AssertionError("no tube has a first reserved job");
        };
    return slot == JobTable.NONE ? 0 : state.jobs.id(slot);
  }

  long readyForNs(TubeName name, long nowNs) {
    var tube = state.tubes.find(name);
    var slot = tube == null ? JobTable.NONE : state.firstReady(tube);
    return slot == JobTable.NONE ? 0 : Math.max(0, nowNs - state.jobs.deadlineNs(slot));
  }

  List<JobView> jobs(TubeName name, JobState jobState, int max, long nowNs) {
    var tube = state.tubes.find(name);
    if (tube == null) {
      return List.of();
    }
    return switch (jobState) {
      case READY -> views(ready(tube, max), nowNs);
      case DELAYED -> views(tube.delayed.firsts(max), nowNs);
      case BURIED -> views(tube.buried.firsts(max), nowNs);
      case RESERVED -> reserved(tube, max, nowNs);
    };
  }

  /** The first ready jobs of both lanes. */
  private int[] ready(Tube tube, int max) {
    var plain = tube.ready.firsts(max);
    var suspects = tube.suspects.firsts(max);
    var first = new int[Math.min(max, plain.length + suspects.length)];
    for (int i = 0, p = 0, s = 0; i < first.length; i++) {
      var takesPlain =
          s == suspects.length || (p < plain.length && state.jobs.isBefore(plain[p], suspects[s]));
      first[i] = takesPlain ? plain[p++] : suspects[s++];
    }
    return first;
  }

  private List<JobView> views(int[] slots, long nowNs) {
    var views = new ArrayList<JobView>(slots.length);
    for (var slot : slots) {
      views.add(job(slot, nowNs));
    }
    return views;
  }

  private List<JobView> reserved(Tube tube, int max, long nowNs) {
    var found = new ArrayList<JobView>();
    for (var i = 0; i < state.sessions.slotLimit() && tube.reserved > 0; i++) {
      if (state.sessions.isTaken(i)) {
        var held = state.sessions.at(i).held;
        for (var slot : held.firsts(held.size())) {
          if (state.jobs.tube(slot) == tube.slot) {
            found.add(job(slot, nowNs));
          }
        }
      }
    }
    found.sort(Comparator.comparingLong(JobView::job));
    return found.subList(0, Math.min(max, found.size()));
  }

  List<Long> held(SessionId session, int max) {
    return Arrays.stream(session(session).held.firsts(max))
        .mapToObj(slot -> state.jobs.id(slot))
        .toList();
  }

  Optional<TubeView> tube(TubeName name, long nowNs) {
    var tube = state.tubes.find(name);
    if (tube == null) {
      return Optional.empty();
    }
    return Optional.of(
        new TubeView(
            name,
            tube.urgent,
            tube.readyJobs(),
            tube.reserved,
            tube.delayed.size(),
            tube.buried.size(),
            tube.total(),
            tube.using,
            tube.watching,
            tube.waiting,
            tube.deletes(),
            tube.pauses(),
            tube.pauseNs(),
            tube.isPaused() ? tube.pausedUntilNs() - nowNs : 0,
            tube.bodyBytes,
            tube.suspects.size(),
            tube.dropped.size(),
            tube.dockets.size(),
            tube.doubleRuns(),
            tube.gate().isSick(),
            tube.settings()));
  }

  QueueView totals() {
    return new QueueView(
        state.urgent,
        state.count(JobState.READY),
        state.count(JobState.RESERVED),
        state.count(JobState.DELAYED),
        state.count(JobState.BURIED),
        state.totalJobs,
        state.timeouts,
        state.tubes.size(),
        state.sessions.size(),
        state.sessions.producers,
        state.sessions.workers,
        state.sessions.waiting,
        state.bodyBytes,
        state.keys.size(),
        state.keys.savedBytes());
  }

  List<TubeName> tubes() {
    return tubes(0, state.tubes.size());
  }

  List<TubeName> tubes(int from, int max) {
    var end = Math.min(state.tubes.size(), from + max);
    var names = new ArrayList<TubeName>(Math.max(0, end - from));
    for (var i = from; i < end; i++) {
      names.add(state.tubes.get(i).name);
    }
    return names;
  }
}
