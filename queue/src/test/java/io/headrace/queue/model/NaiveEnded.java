package io.headrace.queue.model;

import io.headrace.queue.Answer;
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
    queue.lastJob++;
    Optional<NaiveJob> job = queue.job(c.job()).filter(j -> j.holder.equals(s.id));
    queue.say(s, job.isPresent() ? Answer.DIED : Answer.NOT_FOUND);
    if (job.isEmpty()) {
      queue.tell(new Effect.Freed(c.body().ref(), c.body().bytes()));
      return;
    }
    NaiveJob died = job.orElseThrow();
    long untilNs = queue.nowNs + Limits.DOCKETS_KEPT_NS;
    queue.dockets.add(
        new NaiveDockets.Docket(queue.lastJob, died.id, died.tube, c.body(), untilNs));
    died.history.signature = c.signature();
    queue.deaths.jobDied(s, died);
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
