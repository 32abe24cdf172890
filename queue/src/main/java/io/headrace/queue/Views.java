package io.headrace.queue;

import java.util.ArrayList;
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
        jobs.kicks(slot));
  }

  long first(TubeName name, JobState jobState) {
    var tube = state.tubes.find(name);
    if (tube == null) {
      return 0;
    }
    var slot =
        switch (jobState) {
          case READY -> tube.ready.first();
          case DELAYED -> tube.delayed.first();
          case BURIED -> tube.buried.first();
          case RESERVED -> throw new AssertionError("no tube has a first reserved job");
        };
    return slot == JobTable.NONE ? 0 : state.jobs.id(slot);
  }

  List<JobView> jobs(TubeName name, JobState jobState, int max, long nowNs) {
    var tube = state.tubes.find(name);
    if (tube == null) {
      return List.of();
    }
    return switch (jobState) {
      case READY -> views(tube.ready.firsts(max), nowNs);
      case DELAYED -> views(tube.delayed.firsts(max), nowNs);
      case BURIED -> views(tube.buried.firsts(max), nowNs);
      case RESERVED -> reserved(tube, max, nowNs);
    };
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

  Optional<TubeView> tube(TubeName name, long nowNs) {
    var tube = state.tubes.find(name);
    if (tube == null) {
      return Optional.empty();
    }
    return Optional.of(
        new TubeView(
            name,
            tube.urgent,
            tube.ready.size(),
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
            tube.bodyBytes));
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
        state.bodyBytes);
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
