package io.headrace.queue.model;

import io.headrace.queue.JobState;
import io.headrace.queue.JobView;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.QueueView;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;
import io.headrace.queue.TubeView;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** All that can be seen of a queue at one moment; tubes by name, for their order is a courtesy. */
record Picture(
    int epoch,
    long lastStampNs,
    long lastJob,
    QueueView totals,
    List<TubePicture> tubes,
    List<JobView> jobs,
    List<SessionPicture> sessions) {
  private static final int ALL = 100_000;

  /** A tube and its jobs; those without an order of their own, the reserved ones, by id. */
  record TubePicture(
      TubeView view, long ready, long delayed, long buried, List<List<JobView>> jobsByState) {}

  /** The tubes of a session. */
  record SessionPicture(SessionId id, TubeName used, List<TubeName> watched) {}

  /** Takes the picture of the machine, of these jobs and sessions. */
  static Picture of(QueueMachine machine, List<Long> jobs, List<SessionId> sessions, long nowNs) {
    return new Picture(
        machine.epoch(),
        machine.lastStampNs(),
        machine.lastJob(),
        machine.totals(),
        machine.tubes().stream().sorted().map(name -> tube(machine, name, nowNs)).toList(),
        jobs.stream().flatMap(id -> machine.job(id, nowNs).stream()).toList(),
        sessions.stream()
            .map(id ->
                new SessionPicture(
                    id, machine.used(id), machine.watched(id).stream().sorted().toList()))
            .toList());
  }

  /** Takes the picture of a machine that had few jobs and has no session worth looking at. */
  static Picture ofAll(QueueMachine machine) {
    List<Long> jobs = LongStream.rangeClosed(0, machine.lastJob()).boxed().toList();
    return of(machine, jobs, List.of(), machine.lastStampNs());
  }

  private static TubePicture tube(QueueMachine machine, TubeName name, long nowNs) {
    return new TubePicture(
        machine.tube(name, nowNs).orElseThrow(),
        machine.firstReady(name),
        machine.firstDelayed(name),
        machine.firstBuried(name),
        Stream.of(JobState.values())
            .map(state -> inOrder(state, machine.jobs(name, state, ALL, nowNs)))
            .toList());
  }

  private static List<JobView> inOrder(JobState state, List<JobView> jobs) {
    return state == JobState.RESERVED
        ? jobs.stream().sorted(Comparator.comparingLong(JobView::job)).toList()
        : jobs;
  }

  /** Takes the picture of the model, of these jobs and sessions. */
  static Picture of(NaiveQueue model, List<Long> jobs, List<SessionId> sessions) {
    return new Picture(
        model.epoch,
        model.nowNs,
        model.lastJob,
        totals(model),
        model.tubes.stream()
            .sorted(Comparator.comparing((NaiveTube t) -> t.name))
            .map(tube -> tube(model, tube))
            .toList(),
        jobs.stream().flatMap(id -> model.job(id).stream()).map(j -> j.view(model.nowNs)).toList(),
        sessions.stream().map(id -> session(model.session(id).orElseThrow())).toList());
  }

  private static SessionPicture session(NaiveSession s) {
    return new SessionPicture(
        s.id, s.used.name, s.watched.stream().map(t -> t.name).sorted().toList());
  }

  private static TubePicture tube(NaiveQueue model, NaiveTube tube) {
    return new TubePicture(
        view(model, tube),
        first(model, tube, JobState.READY),
        first(model, tube, JobState.DELAYED),
        first(model, tube, JobState.BURIED),
        Stream.of(JobState.values())
            .map(state -> inOrder(state, views(model, tube, state)))
            .toList());
  }

  private static long first(NaiveQueue model, NaiveTube tube, JobState state) {
    return model.jobs(tube, state).stream().findFirst().map(j -> j.id).orElse(0L);
  }

  private static List<JobView> views(NaiveQueue model, NaiveTube tube, JobState state) {
    return model.jobs(tube, state).stream().map(j -> j.view(model.nowNs)).toList();
  }

  private static TubeView view(NaiveQueue model, NaiveTube tube) {
    return new TubeView(
        tube.name,
        urgent(model.jobs(tube, JobState.READY)),
        model.jobs(tube, JobState.READY).size(),
        model.jobs(tube, JobState.RESERVED).size(),
        model.jobs(tube, JobState.DELAYED).size(),
        model.jobs(tube, JobState.BURIED).size(),
        tube.total,
        model.sessions.stream().filter(s -> s.used == tube).count(),
        model.sessions.stream().filter(s -> s.watched.contains(tube)).count(),
        model.waiting.stream().filter(s -> s.watched.contains(tube)).count(),
        tube.deletes,
        tube.pauses,
        tube.pauseNs,
        tube.pauseNs == 0 ? 0 : tube.pauseEndNs - model.nowNs,
        model.jobs.stream().filter(j -> j.tube == tube).mapToLong(j -> j.body.bytes()).sum());
  }

  private static QueueView totals(NaiveQueue model) {
    return new QueueView(
        urgent(in(model, JobState.READY)),
        in(model, JobState.READY).size(),
        in(model, JobState.RESERVED).size(),
        in(model, JobState.DELAYED).size(),
        in(model, JobState.BURIED).size(),
        model.total,
        model.timeouts,
        model.tubes.size(),
        model.sessions.size(),
        model.sessions.stream().filter(s -> s.producer).count(),
        model.sessions.stream().filter(s -> s.worker).count(),
        model.waiting.size(),
        model.jobs.stream().mapToLong(j -> j.body.bytes()).sum());
  }

  private static List<NaiveJob> in(NaiveQueue model, JobState state) {
    return model.jobs.stream().filter(j -> j.state == state).toList();
  }

  private static long urgent(List<NaiveJob> ready) {
    return ready.stream().filter(j -> j.priority < 1024).count();
  }

  /** Says where two pictures differ, for a person to read. */
  static Optional<String> difference(Picture expected, Picture actual) {
    if (expected.equals(actual)) {
      return Optional.empty();
    }
    return Optional.of("expected " + lines(expected) + "\nbut was  " + lines(actual));
  }

  private static String lines(Picture picture) {
    return picture
        .toString()
        .replace("TubePicture[", "\n  TubePicture[")
        .replace("JobView[", "\n    JobView[");
  }
}
