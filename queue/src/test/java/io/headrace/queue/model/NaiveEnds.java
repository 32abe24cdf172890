package io.headrace.queue.model;

import io.headrace.queue.Command;
import io.headrace.queue.EndCause;
import io.headrace.queue.EndRecord;
import io.headrace.queue.JobView.Standing;
import io.headrace.queue.Limits;
import io.headrace.queue.OnEnd;
import io.headrace.queue.PolicyKey;
import io.headrace.queue.TubeName;
import java.util.Optional;

/** How policies end jobs of the naive model, and how long those wait that are tried again. */
final class NaiveEnds {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final NaiveQueue queue;

  NaiveEnds(NaiveQueue queue) {
    this.queue = queue;
  }

  /** Whether the job has had its attempts; warns of one that has had many and no limit. */
  boolean isExhausted(NaiveJob job, boolean timedOut) {
    NaivePolicy policy = queue.policy(job.tube);
    long maxAttempts = policy.value(PolicyKey.MAX_ATTEMPTS);
    long maxTimeouts = policy.value(PolicyKey.MAX_TIMEOUTS);
    long attempts = (long) job.reserves - job.excused;
    boolean ends =
        (maxAttempts > 0 && attempts >= maxAttempts)
            || (timedOut && maxTimeouts > 0 && job.timeouts >= maxTimeouts);
    boolean struggles =
        (maxAttempts == 0 && attempts == Limits.WARN_ATTEMPTS)
            || (timedOut && maxTimeouts == 0 && job.timeouts == Limits.WARN_ATTEMPTS);
    if (struggles && !ends) {
      queue.tell(new Effect.Struggles(job.id, job.tube.name));
    }
    return ends;
  }

  /** Lets it wait as the policy of its tube says. */
  void retry(NaiveJob job) {
    NaivePolicy policy = queue.policy(job.tube);
    long firstNs = policy.value(PolicyKey.RETRY_DELAY);
    long maxNs = policy.value(PolicyKey.RETRY_DELAY_MAX);
    long capNs = doubled(firstNs, job.strikes + job.timeouts - 1, maxNs);
    long bits = mix(queue.nowNs ^ job.id * GOLDEN);
    long waitNs = maxNs <= firstNs ? firstNs : Long.remainderUnsigned(bits, capNs + 1);
    job.readyAfter(waitNs, queue.nowNs);
  }

  /** So long, doubled so many times, but not longer than this. */
  static long doubled(long firstNs, long times, long maxNs) {
    long waitNs = firstNs;
    for (long i = 0; i < times && waitNs > 0 && waitNs < maxNs; i++) {
      waitNs *= 2;
    }
    return Math.min(waitNs, maxNs);
  }

  private static long mix(long bits) {
    long a = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }

  /** Ends a job that is poisoned or exhausted. */
  void end(NaiveJob job, EndCause cause) {
    NaivePolicy policy = queue.policy(job.tube);
    TubeName where = job.tube.name;
    Optional<TubeName> target = policy.target().filter(t -> !t.equals(where));
    OnEnd done =
        target.isPresent()
            ? OnEnd.MOVE
            : policy.value(PolicyKey.ON_END) == OnEnd.DROP.code() ? OnEnd.DROP : OnEnd.BURY;
    switch (done) {
      case BURY -> {
        mark(job, cause);
        job.bury(queue.nextBurial());
      }
      case DROP -> removeWithRecord(job, cause);
      case MOVE -> {
        mark(job, cause);
        job.origin = Optional.of(job.origin.orElse(job.tube));
        job.tube = queue.tubeOrNew(target.orElseThrow());
        job.deaths = 0;
        job.strikes = 0;
        job.beReady(queue.nowNs);
      }
    }
    queue.tell(new Effect.Ended(job.id, where, cause, done));
  }

  private void mark(NaiveJob job, EndCause cause) {
    job.cause = cause;
    job.endedNs = queue.nowNs;
    job.standing = cause == EndCause.POISONED ? Standing.SUSPECT : Standing.PLAIN;
  }

  boolean isExpired(NaiveJob job) {
    long afterNs = queue.policy(job.tube).value(PolicyKey.EXPIRES_AFTER);
    return afterNs > 0 && queue.nowNs >= job.bornNs + afterNs;
  }

  /** Removes the job and says that it is so. */
  void drop(NaiveJob job, EndCause cause) {
    removeWithRecord(job, cause);
    queue.tell(new Effect.Ended(job.id, job.tube.name, cause, OnEnd.DROP));
  }

  /** The record with what the holder had sent last, if its time was what ended it. */
  static EndRecord said(EndRecord end, Command.LastSent said) {
    NaiveHistory past = new NaiveHistory();
    end.last().ifPresent(past::add);
    past.said(said.holder(), said.text());
    return new EndRecord(
        end.job(),
        end.tube(),
        end.cause(),
        end.atNs(),
        end.reserves(),
        end.bodyBytes(),
        end.bodyCrc32c(),
        past.last());
  }

  private void removeWithRecord(NaiveJob job, EndCause cause) {
    queue.endRecords.addFirst(
        new EndRecord(
            job.id,
            job.tube.name,
            cause,
            queue.nowNs,
            job.reserves,
            job.body.bytes(),
            job.body.crc32c(),
            job.history.last()));
    queue.remove(job);
  }
}
