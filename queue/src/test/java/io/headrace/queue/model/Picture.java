package io.headrace.queue.model;

import io.headrace.queue.DeadView;
import io.headrace.queue.EndCause;
import io.headrace.queue.EndRecord;
import io.headrace.queue.HistoryView;
import io.headrace.queue.JobState;
import io.headrace.queue.JobView;
import io.headrace.queue.PolicySettings;
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
    List<Optional<HistoryView>> histories,
    List<DeadView> dead,
    List<EndRecord> endRecords,
    PolicySettings defaults,
    List<SessionPicture> sessions) {
  private static final int ALL = 100_000;
  private static final Comparator<DeadView> BY_JOB =
      Comparator.comparingLong(dead -> dead.job().job());

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
        jobs.stream().map(machine::history).toList(),
        machine.dead(0, ALL, nowNs).stream().sorted(BY_JOB).toList(),
        newestFirst(machine.endRecords(ALL)),
        machine.defaultSettings(),
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
        jobs.stream().map(id -> history(model, id)).toList(),
        dead(model),
        newestFirst(model.endRecords),
        model.defaults,
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
        model.bodyBytes(tube),
        model.jobs(tube, JobState.READY).stream()
            .filter(j -> j.standing == JobView.Standing.SUSPECT)
            .count(),
        model.dropped.stream().filter(j -> j.tube == tube).count(),
        model.dockets.of(tube).size(),
        tube.doubleRuns,
        tube.gate.sick,
        tube.own);
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
        model.tubes.stream().mapToLong(model::bodyBytes).sum(),
        model.keys.size(),
        model.keys.bytes());
  }

  /** Those of one moment by id: which of them was first is nobody's business. */
  private static List<EndRecord> newestFirst(List<EndRecord> records) {
    return records.stream()
        .sorted(
            Comparator.comparingLong(EndRecord::atNs).reversed().thenComparingLong(EndRecord::job))
        .toList();
  }

  private static Optional<HistoryView> history(NaiveQueue model, long id) {
    return Stream.concat(model.jobs.stream(), model.dropped.stream())
        .filter(j -> j.id == id)
        .flatMap(j -> history(model, j).stream())
        .findAny();
  }

  private static Optional<HistoryView> history(NaiveQueue model, NaiveJob job) {
    return job.history.view(model.dockets.idOf(job.id));
  }

  /** What policies have ended, or somebody has dropped, as far as an attempt is known; by id. */
  private static List<DeadView> dead(NaiveQueue model) {
    return Stream.concat(
            model.jobs.stream().filter(j -> j.cause != EndCause.NONE), model.dropped.stream())
        .filter(j -> history(model, j).isPresent())
        .map(j -> new DeadView(j.view(model.nowNs), history(model, j).orElseThrow(), j.dropped))
        .sorted(BY_JOB)
        .toList();
  }

  private static List<NaiveJob> in(NaiveQueue model, JobState state) {
    return model.jobs.stream().filter(j -> j.state == state).toList();
  }

  private static long urgent(List<NaiveJob> ready) {
    return ready.stream().filter(j -> j.priority < 1024).count();
  }

  /** Says where two pictures differ, for a person to read: the lines that only one of them has. */
  static Optional<String> difference(Picture expected, Picture actual) {
    if (expected.equals(actual)) {
      return Optional.empty();
    }
    return Optional.of(
        "expected "
            + String.join("\n", without(lines(expected), lines(actual)))
            + "\nbut was  "
            + String.join("\n", without(lines(actual), lines(expected))));
  }

  private static List<String> without(List<String> lines, List<String> others) {
    return lines.stream().filter(line -> !others.contains(line)).toList();
  }

  private static List<String> lines(Picture picture) {
    return picture
        .toString()
        .replaceAll(
            "(tubes=|histories=|dead=|endRecords=|sessions=|TubePicture\\[|JobView\\["
                + "|jobsByState=)",
            "\n$1")
        .lines()
        .toList();
  }
}
