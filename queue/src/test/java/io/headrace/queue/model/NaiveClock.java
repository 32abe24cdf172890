package io.headrace.queue.model;

import io.headrace.queue.EndCause;
import io.headrace.queue.JobState;
import io.headrace.queue.JobView.Standing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What happens by itself in the naive model. Tubes and sessions take turns: who is due first, then
 * tubes before sessions and the older before the younger; each lets all of its own happen.
 */
final class NaiveClock {
  private final NaiveQueue queue;
  private final List<NaiveTube> tubesDone = new ArrayList<>();
  private final List<NaiveSession> sessionsDone = new ArrayList<>();

  NaiveClock(NaiveQueue queue) {
    this.queue = queue;
  }

  /** Lets what is due happen; returns the tubes that then still are due, for their suspects. */
  List<NaiveTube> letDueHappen() {
    tubesDone.clear();
    sessionsDone.clear();
    queue.keys.forget(queue.nowNs);
    while (takeTurn()) {
      // One more was due.
    }
    return List.copyOf(tubesDone);
  }

  private boolean takeTurn() {
    Optional<NaiveTube> tube =
        queue.tubes.stream()
            .filter(t -> !tubesDone.contains(t) && dueNs(t) <= queue.nowNs)
            .min(Comparator.comparingLong(this::dueNs));
    Optional<NaiveSession> session =
        queue.sessions.stream()
            .filter(s -> !sessionsDone.contains(s) && dueNs(s) <= queue.nowNs)
            .min(Comparator.comparingLong(this::dueNs));
    long sessionNs = session.map(this::dueNs).orElse(NaiveJob.NEVER);
    if (tube.filter(t -> dueNs(t) <= sessionNs).isPresent()) {
      take(tube.orElseThrow());
    } else if (session.isPresent()) {
      take(session.orElseThrow());
    } else {
      return false;
    }
    // What comes later, and the command, finds a new tube of that name.
    queue.forgetTubes();
    return true;
  }

  private void take(NaiveTube tube) {
    if (tube.pauseEndNs <= queue.nowNs) {
      tube.endPause();
    }
    if (tube.throttledUntilNs <= queue.nowNs) {
      tube.throttledUntilNs = NaiveJob.NEVER;
    }
    queue.jobs(tube, JobState.DELAYED).stream()
        .filter(j -> j.dueNs <= queue.nowNs)
        .forEach(this::beReady);
    queue.dropped.stream()
        .filter(j -> j.tube == tube && j.dueNs <= queue.nowNs)
        .sorted(queue.order(JobState.DELAYED))
        .toList()
        .forEach(j -> queue.ends.drop(j, EndCause.DROPPED));
    queue.dockets.expire(tube);
    if (dueNs(tube) <= queue.nowNs) {
      tubesDone.add(tube);
    }
  }

  private void beReady(NaiveJob job) {
    if (job.standing == Standing.CONDEMNED) {
      queue.deaths.execute(job);
    } else {
      job.beReady(queue.nowNs);
    }
  }

  private void take(NaiveSession s) {
    queue
        .held(s)
        .filter(j -> j.dueNs <= queue.nowNs)
        .sorted(queue.order(JobState.RESERVED))
        .toList()
        .forEach(queue.attempts::timeOut);
    sessionsDone.add(s);
  }

  private long dueNs(NaiveTube tube) {
    long own = Math.min(Math.min(tube.pauseEndNs, tube.throttledUntilNs), firstNs(tube));
    return Math.min(own, queue.delivery.forcedNs(tube));
  }

  private long firstNs(NaiveTube tube) {
    LongStream jobs =
        Stream.concat(queue.jobs(tube, JobState.DELAYED).stream(), queue.dropped.stream())
            .filter(j -> j.tube == tube)
            .mapToLong(j -> j.dueNs);
    LongStream dockets = queue.dockets.of(tube).stream().mapToLong(d -> d.untilNs());
    return LongStream.concat(jobs, dockets).min().orElse(NaiveJob.NEVER);
  }

  private long dueNs(NaiveSession s) {
    return queue.waiting.contains(s)
        ? Math.min(queue.marginNs(s), s.waitEndNs)
        : queue.held(s).mapToLong(j -> j.dueNs).min().orElse(NaiveJob.NEVER);
  }

  /** When next something is due. */
  long nextNs() {
    LongStream ofTubes = queue.tubes.stream().mapToLong(this::dueNs);
    LongStream ofSessions = queue.sessions.stream().mapToLong(this::dueNs);
    return LongStream.concat(
            LongStream.concat(ofTubes, ofSessions), LongStream.of(queue.keys.nextNs()))
        .min()
        .orElseThrow();
  }
}
