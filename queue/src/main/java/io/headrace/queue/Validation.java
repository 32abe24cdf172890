package io.headrace.queue;

/** Checks every rule that the state keeps, in O(all of it). For tests. */
final class Validation {
  private final QueueState state;

  private Validation(QueueState state) {
    this.state = state;
  }

  static void check(QueueState state) {
    var validation = new Validation(state);
    state.timers.validate();
    state.keys.validate();
    Invariant.check(state.keys.dueNs == state.keys.forgetAtNs(), "keys are due at the right time");
    validation.checkJobs();
    validation.checkTubes();
    validation.checkSessions();
  }

  private void checkJobs() {
    var jobs = state.jobs;
    var live = 0;
    var bytes = 0L;
    var inState = new long[JobState.CODES];
    var histories = 0;
    for (var slot = 0; slot < jobs.slotLimit(); slot++) {
      if (jobs.isLive(slot)) {
        live++;
        bytes += jobs.bodyBytes(slot);
        inState[jobs.state(slot).code()] += jobs.lane(slot).isOffStage() ? 0 : 1;
        histories += jobs.hasHistory(slot) ? 1 : 0;
        Invariant.check(
            jobs.hasHistory(slot) == (state.histories.find(jobs.id(slot)) != null),
            "a history is found by its job");
        Invariant.check(state.index.slot(jobs.id(slot)) == slot, "the index finds every job");
        Invariant.check(jobs.id(slot) <= state.lastJob, "no job has an id that was not given");
      }
    }
    Invariant.check(live == jobs.size(), "the jobs are counted");
    Invariant.check(histories == state.histories.size(), "the histories are counted");
    Invariant.check(bytes == state.bodyBytes, "the bytes of bodies are counted");
    for (var jobState : JobState.values()) {
      Invariant.check(
          inState[jobState.code()] == state.count(jobState), "jobs are counted by state");
    }
  }

  private void checkTubes() {
    var ready = 0L;
    var delayed = 0L;
    var buried = 0L;
    var bytes = 0L;
    var spilled = 0L;
    var urgent = 0L;
    for (var i = 0; i < state.tubes.size(); i++) {
      var tube = state.tubes.get(i);
      tube.validate();
      ready += tube.readyJobs();
      delayed += tube.delayed.size();
      buried += tube.buried.size();
      urgent += tube.urgent;
      bytes += tube.bodyBytes;
      spilled += tube.spilledBytes;
      Invariant.check(tube.listPlace() == i, "a tube knows its place in the list");
      Invariant.check(state.tubes.find(tube.name) == tube, "a tube is found by its name");
      Invariant.check(!tube.canServe() || tube.hungry, "who could be served is about to be");
      Invariant.check(
          !tube.isUnused() || tube.name.equals(TubeName.DEFAULT), "an unused tube is gone");
      var due = tube.dueNs;
      state.retime(tube);
      Invariant.check(due == tube.dueNs, "a tube is due at the right time");
    }
    Invariant.check(ready == state.count(JobState.READY), "ready jobs are in tubes");
    Invariant.check(delayed == state.count(JobState.DELAYED), "delayed jobs are in tubes");
    Invariant.check(buried == state.count(JobState.BURIED), "buried jobs are in tubes");
    Invariant.check(bytes == state.bodyBytes, "the bytes of bodies are counted by tube");
    Invariant.check(spilled == state.spilledBytes, "what is not in memory is counted by tube");
    Invariant.check(spilled == spilledBytes(), "the bytes that are not in memory are counted");
    Invariant.check(urgent == state.urgent, "urgent jobs are counted");
  }

  private long spilledBytes() {
    var jobs = state.jobs;
    var spilled = 0L;
    for (var slot = 0; slot < jobs.slotLimit(); slot++) {
      if (jobs.isLive(slot) && Body.isSpilled(jobs.bodyRef(slot))) {
        spilled += jobs.bodyBytes(slot);
      }
    }
    return spilled;
  }

  private void checkSessions() {
    var sessions = state.sessions;
    var held = 0L;
    var waiting = 0;
    for (var slot = 0; slot < sessions.slotLimit(); slot++) {
      if (sessions.isTaken(slot)) {
        var session = sessions.at(slot);
        session.held.validate();
        held += session.held.size();
        Invariant.check(session.suspects() == suspects(session), "the held suspects are counted");
        waiting += session.isWaiting() ? 1 : 0;
        Invariant.check(
            session.isClosing() || sessions.find(session.id) == session,
            "an open session is found");
      }
    }
    Invariant.check(held == state.count(JobState.RESERVED), "reserved jobs have holders");
    Invariant.check(waiting == sessions.waiting, "those who wait are counted");
  }

  private int suspects(Session session) {
    var suspects = 0;
    for (var slot : session.held.firsts(session.held.size())) {
      suspects += state.jobs.lane(slot) == Lane.SUSPECT ? 1 : 0;
    }
    return suspects;
  }
}
