package io.headrace.queue.model;

import io.headrace.queue.Answer;
import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.EndCause;
import io.headrace.queue.JobState;
import io.headrace.queue.JobView.Standing;
import io.headrace.queue.Limits;
import io.headrace.queue.OnEnd;
import java.util.Optional;

/** What is done with jobs that have been ended or set aside in the naive model. */
final class NaiveEnded {
  private final NaiveQueue queue;

  NaiveEnded(NaiveQueue queue) {
    this.queue = queue;
  }

  void died(NaiveSession s, Command.Died c) {
    keep(s, c.job(), c.signature(), c.body(), Answer.DIED)
        .ifPresent(died -> queue.deaths.jobDied(s, died));
  }

  void docket(NaiveSession s, Command.Docket c) {
    var _ = keep(s, c.job(), c.signature(), c.body(), Answer.DOCKET_KEPT);
  }

  private Optional<NaiveJob> keep(
      NaiveSession s, long id, String signature, Body docket, Answer kept) {
    queue.lastJob++;
    Optional<NaiveJob> job = queue.job(id).filter(j -> j.holder.equals(s.id));
    queue.say(s, job.isPresent() ? kept : Answer.NOT_FOUND);
    if (job.isEmpty()) {
      queue.tell(new Effect.Freed(docket.ref(), docket.bytes()));
      return job;
    }
    NaiveJob held = job.orElseThrow();
    long untilNs = queue.nowNs + Limits.DOCKETS_KEPT_NS;
    queue.dockets.add(new NaiveDockets.Docket(queue.lastJob, held.id, held.tube, docket, untilNs));
    held.history.signature = signature;
    held.history.kept = true;
    return job;
  }

  boolean isEnded(NaiveJob job) {
    return job.state == JobState.BURIED
        || (job.state != JobState.RESERVED && job.cause != EndCause.NONE);
  }

  void retry(NaiveJob job) {
    job.kick(queue.nowNs);
    job.absolve();
    job.tube = job.origin.orElse(job.tube);
    job.origin = Optional.empty();
  }

  void drop(NaiveJob job) {
    queue.jobs.remove(job);
    queue.dropped.add(job);
    job.dropped = true;
    job.standing = Standing.PLAIN;
    job.move(JobState.BURIED, queue.nowNs + Limits.DROPPED_KEPT_NS, NaiveJob.NOBODY);
  }

  void undrop(NaiveSession s, long id) {
    Optional<NaiveJob> job = queue.dropped.stream().filter(j -> j.id == id).findAny();
    queue.say(s, job.isPresent() ? Answer.JOB_UNDROPPED : Answer.NOT_FOUND);
    job.ifPresent(j -> {
      queue.dropped.remove(j);
      queue.jobs.add(j);
      j.dropped = false;
      j.standing = j.cause == EndCause.POISONED ? Standing.SUSPECT : Standing.PLAIN;
      j.beBuried(queue.nextBurial());
    });
  }

  void damage(NaiveJob job) {
    if (job.state != JobState.BURIED) {
      job.leave();
      job.bury(queue.nextBurial());
    }
    job.cause = EndCause.DAMAGED;
    job.history.kept = true;
    queue.tell(new Effect.Ended(job.id, job.tube.name, EndCause.DAMAGED, OnEnd.BURY));
    job.endedNs = queue.nowNs;
  }
}
