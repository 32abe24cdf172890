package io.headrace.queue.model;

import io.headrace.queue.EndCause;
import io.headrace.queue.JobState;
import io.headrace.queue.JobView.Standing;
import io.headrace.queue.Limits;
import io.headrace.queue.PolicyKey;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Who gets which job in the naive model. */
final class NaiveDelivery {
  private final NaiveQueue queue;

  NaiveDelivery(NaiveQueue queue) {
    this.queue = queue;
  }

  /** If it waits, it takes the first job that it may have. */
  void serve(NaiveSession s) {
    if (queue.waiting.contains(s)) {
      unexpired(
              () -> queue.jobs.stream().filter(j -> mayHave(s, j)).min(queue.order(JobState.READY)))
          .ifPresent(j -> deliver(s, j));
    }
  }

  /** Suspects of the tube that nobody may have, for too long, go to whoever waits. */
  void force(NaiveTube tube) {
    Supplier<Optional<NaiveJob>> overdue =
        () -> stuckSuspect(tube).filter(j -> forcedNs(tube) <= queue.nowNs);
    for (Optional<NaiveJob> job = unexpired(overdue); job.isPresent(); job = unexpired(overdue)) {
      deliver(leastBusy(tube).orElseThrow(), job.orElseThrow());
    }
  }

  /** The first job that is found and is not expired; removes those that are. */
  private Optional<NaiveJob> unexpired(Supplier<Optional<NaiveJob>> found) {
    Optional<NaiveJob> job = found.get();
    while (job.filter(queue.ends::isExpired).isPresent()) {
      queue.ends.drop(job.orElseThrow(), EndCause.EXPIRED);
      job = found.get();
    }
    return job;
  }

  private void deliver(NaiveSession s, NaiveJob job) {
    NaivePolicy policy = queue.policy(job.tube);
    long intervalNs = policy.value(PolicyKey.RATE_INTERVAL);
    if (intervalNs > 0) {
      NaiveTube tube = job.tube;
      tube.tatNs = Math.max(tube.tatNs, queue.nowNs) + intervalNs;
      long freeNs = tube.tatNs - (policy.value(PolicyKey.BURST) - 1) * intervalNs;
      tube.throttledUntilNs = freeNs > queue.nowNs ? freeNs : NaiveJob.NEVER;
    }
    queue.attempts.take(s, job);
    queue.waiting.remove(s);
  }

  private boolean mayHave(NaiveSession s, NaiveJob job) {
    return job.state == JobState.READY
        && s.watched.contains(job.tube)
        && isOpen(job.tube)
        && !holdsSuspect(s)
        && (job.standing == Standing.PLAIN || (!holdsAny(s) && mayShare(job.tube)));
  }

  private boolean isOpen(NaiveTube tube) {
    long running = queue.jobs(tube, JobState.RESERVED).size();
    long max = queue.policy(tube).value(PolicyKey.MAX_RUNNING);
    return tube.pauseNs == 0
        && tube.throttledUntilNs == NaiveJob.NEVER
        && (max == 0 || running < max);
  }

  private boolean holdsAny(NaiveSession s) {
    return queue.held(s).findAny().isPresent();
  }

  boolean holdsSuspect(NaiveSession s) {
    return queue.held(s).anyMatch(j -> j.standing == Standing.SUSPECT);
  }

  /** Whether the share of the tube's sessions that may hold suspects allows one more. */
  private boolean mayShare(NaiveTube tube) {
    long watching = queue.sessions.stream().filter(s -> s.watched.contains(tube)).count();
    long share = watching * queue.policy(tube).value(PolicyKey.SUSPECT_SHARE) / 100;
    long running =
        queue.jobs(tube, JobState.RESERVED).stream()
            .filter(j -> j.standing == Standing.SUSPECT)
            .count();
    return running < Math.max(1, share);
  }

  private Optional<NaiveJob> firstSuspect(NaiveTube tube) {
    return queue.jobs(tube, JobState.READY).stream()
        .filter(j -> j.standing == Standing.SUSPECT)
        .findFirst();
  }

  private Optional<NaiveSession> leastBusy(NaiveTube tube) {
    return waitingFor(tube).min(Comparator.comparingLong(s -> queue.held(s).count()));
  }

  private Stream<NaiveSession> waitingFor(NaiveTube tube) {
    return queue.waiting.stream().filter(s -> s.watched.contains(tube) && !holdsSuspect(s));
  }

  /** The tube's first suspect, if only time is missing, or not even that, for it to be forced. */
  private Optional<NaiveJob> stuckSuspect(NaiveTube tube) {
    return firstSuspect(tube)
        .filter(_ -> isOpen(tube) && mayShare(tube))
        .filter(_ -> waitingFor(tube).findAny().isPresent())
        .filter(_ -> waitingFor(tube).allMatch(this::holdsAny));
  }

  /** When the tube's first suspect is forced on somebody, as things are. */
  long forcedNs(NaiveTube tube) {
    return stuckSuspect(tube)
        .map(j -> j.readySinceNs + Limits.SUSPECT_WAIT_NS)
        .orElse(NaiveJob.NEVER);
  }
}
