package io.headrace.queue.model;

import io.headrace.queue.Answer;
import io.headrace.queue.Attempt;
import io.headrace.queue.AttemptEnd;
import io.headrace.queue.Command;
import io.headrace.queue.EndCause;
import io.headrace.queue.JobState;
import java.util.List;
import java.util.Optional;

/** How attempts, the reservations of jobs, begin in the naive model, and how they end. */
final class NaiveAttempts {
  private final NaiveQueue queue;

  NaiveAttempts(NaiveQueue queue) {
    this.queue = queue;
  }

  void take(NaiveSession s, NaiveJob job) {
    long waitedNs = job.state == JobState.READY ? queue.nowNs - job.readySinceNs : 0;
    queue.tell(new Effect.AttemptBegan(job.tube.name, waitedNs));
    job.reserves++;
    job.touches = 0;
    job.takenNs = queue.nowNs;
    job.move(JobState.RESERVED, queue.nowNs + job.ttrNs, s.id);
    queue.tell(new Effect.Reserved(s.id, job.id, job.body.ref(), job.body.bytes()));
  }

  void timeOut(NaiveJob job) {
    queue.tell(new Effect.TimedOut(job.holder, job.id));
    endAttempt(job, AttemptEnd.TIMED_OUT);
    gateAlive(job);
    queue.timeouts++;
    job.timeouts++;
    if (queue.ends.isExhausted(job, true)) {
      queue.ends.end(job, EndCause.EXHAUSTED);
    } else {
      queue.ends.retry(job);
    }
  }

  void release(NaiveSession s, Command.Release c) {
    Optional<NaiveJob> held = queue.job(c.job()).filter(j -> j.holder.equals(s.id));
    if (held.isEmpty()) {
      queue.say(s, Answer.NOT_FOUND);
      return;
    }
    NaiveJob job = held.orElseThrow();
    endAttempt(job, AttemptEnd.RELEASED);
    gateAlive(job);
    job.forgive();
    job.releases++;
    job.priority = c.priority();
    job.delayNs = c.delayNs();
    if (queue.ends.isExhausted(job, false)) {
      queue.say(s, Answer.BURIED);
      queue.ends.end(job, EndCause.EXHAUSTED);
    } else {
      queue.say(s, Answer.RELEASED);
      job.readyAfter(job.delayNs, queue.nowNs);
    }
  }

  void bury(NaiveJob job, Command.Bury c) {
    endAttempt(job, AttemptEnd.BURIED);
    gateAlive(job);
    job.forgive();
    job.cause = EndCause.NONE;
    job.endedNs = 0;
    job.priority = c.priority();
    job.bury(queue.nextBurial());
  }

  void touch(NaiveJob job) {
    job.touches++;
    job.dueNs = queue.nowNs + job.ttrNs;
  }

  /** Takes from it all that it holds; none of the jobs is to blame. */
  void excuse(NaiveSession s, AttemptEnd how) {
    List<NaiveJob> held = queue.held(s).toList();
    held.forEach(j -> {
      endAttempt(j, how, held.size() - 1);
      j.excused++;
      j.beReady(queue.nowNs);
    });
  }

  private void endAttempt(NaiveJob job, AttemptEnd how) {
    endAttempt(job, how, (int) queue.held(queue.session(job.holder).orElseThrow()).count() - 1);
  }

  /** Ends the attempt under way, of a session that holds so many jobs beside it. */
  void endAttempt(NaiveJob job, AttemptEnd how, int beside) {
    NaiveSession s = queue.session(job.holder).orElseThrow();
    queue.tell(new Effect.AttemptOver(job.tube.name, how, queue.nowNs - job.takenNs));
    job.history.add(
        new Attempt(
            job.reserves,
            s.id,
            s.peer,
            job.takenNs,
            queue.nowNs,
            how,
            job.touches,
            beside,
            0,
            s.lastSent));
  }

  private void gateAlive(NaiveJob job) {
    if (job.tube.gate.alive(job.id, queue.nowNs)) {
      tellGate(job.tube);
    }
  }

  void gateDead(NaiveTube tube, NaiveJob job, String host) {
    if (tube.gate.dead(job.id, queue.nowNs, host)) {
      tellGate(tube);
    }
  }

  private void tellGate(NaiveTube tube) {
    queue.tell(
        new Effect.Sick(
            tube.name, tube.gate.sick, tube.gate.beganNs(queue.nowNs), tube.gate.host()));
  }

  /** The holder deletes the job. */
  void deleted(NaiveJob job) {
    queue.tell(
        new Effect.AttemptOver(job.tube.name, AttemptEnd.DELETED, queue.nowNs - job.takenNs));
    gateAlive(job);
  }
}
