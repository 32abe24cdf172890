package io.headrace.simulator;

import io.headrace.queue.Attempt;
import io.headrace.queue.AttemptEnd;
import io.headrace.queue.EndCause;
import io.headrace.queue.EndRecord;
import io.headrace.queue.JobView.Standing;
import io.headrace.queue.OnEnd;
import io.headrace.queue.PolicyKey;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;
import io.headrace.simulator.AuditedState.AuditedSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How attempts and jobs end, and what must be told of it. */
final class AuditedEnds {
  private static final int WARN_ATTEMPTS = 10;

  private final AuditedState state;

  /** What the machine must tell of this entry, in any order. */
  final List<String> due = new ArrayList<>();

  AuditedEnds(AuditedState state) {
    this.state = state;
  }

  static String began(TubeName tube, long waitedNs) {
    return "an attempt begins in " + tube + " after " + waitedNs;
  }

  static String ended(TubeName tube, AttemptEnd how, long ranNs) {
    return "an attempt ends in " + tube + " " + how + " after " + ranNs;
  }

  static String timedOut(SessionId holder, long job) {
    return "the time of " + holder + " for job " + job + " is over";
  }

  static String ended(long job, TubeName tube, EndCause cause, OnEnd done) {
    return "job " + job + " ends in " + tube + " " + cause + " " + done;
  }

  static String struggles(long job, TubeName tube) {
    return "job " + job + " struggles in " + tube;
  }

  static String sick(TubeName tube, boolean sick, long beganNs, String host) {
    return tube + (sick ? " is sick since " : " is well after ") + beganNs + " at " + host;
  }

  /** An attempt ends; the job is still held. */
  void end(AuditedJob job, AuditedSession holder, AttemptEnd how, int beside) {
    due.add(ended(job.tube, how, state.nowNs - job.sinceNs));
    if (how != AttemptEnd.DELETED) {
      job.note(
          new Attempt(
              job.reserves,
              holder.id,
              holder.peer,
              job.sinceNs,
              state.nowNs,
              how,
              job.touches,
              beside,
              0,
              holder.lastSent));
    }
  }

  /** Notes the end of an attempt with the tube's gate. */
  void push(AuditedJob job, boolean dead, String peer) {
    int colon = peer.lastIndexOf(':');
    String host = colon < 0 ? peer : peer.substring(0, colon);
    AuditedGate gate = state.tube(job.tube).gate;
    if (gate.push(dead, job.id, state.nowNs, host)) {
      due.add(sick(job.tube, gate.isSick(), gate.beganNs(state.nowNs), gate.host()));
    }
  }

  private long value(AuditedJob job, PolicyKey key) {
    return state.policy.value(job.tube, key);
  }

  void timeOut(AuditedJob job) {
    AuditedSession holder = state.session(job.holder).orElseThrow();
    end(job, holder, AttemptEnd.TIMED_OUT, (int) state.held(holder.id).count() - 1);
    due.add(timedOut(holder.id, job.id));
    push(job, false, "");
    job.timeouts++;
    job.makeReady(state.nowNs);
    if (isExhausted(job, true)) {
      finish(job, EndCause.EXHAUSTED);
    } else {
      job.settle(state.nowNs, retryDelayNs(job));
    }
  }

  /** Whether the job may not be tried again; tells when it perhaps should not. */
  boolean isExhausted(AuditedJob job, boolean timedOut) {
    int attempts = job.reserves - job.excused;
    long attemptsMax = value(job, PolicyKey.MAX_ATTEMPTS);
    long timeoutsMax = value(job, PolicyKey.MAX_TIMEOUTS);
    boolean exhausted =
        (attemptsMax > 0 && attempts >= attemptsMax)
            || (timedOut && timeoutsMax > 0 && job.timeouts >= timeoutsMax);
    boolean byAttempts = attemptsMax == 0 && attempts == WARN_ATTEMPTS;
    boolean byTimeouts = timedOut && timeoutsMax == 0 && job.timeouts == WARN_ATTEMPTS;
    if (!exhausted && (byAttempts || byTimeouts)) {
      due.add(struggles(job.id, job.tube));
    }
    return exhausted;
  }

  long retryDelayNs(AuditedJob job) {
    long firstNs = value(job, PolicyKey.RETRY_DELAY);
    long mostNs = value(job, PolicyKey.RETRY_DELAY_MAX);
    if (mostNs <= firstNs) {
      return firstNs;
    }
    long capNs = doubled(firstNs, job.strikes + job.timeouts - 1, mostNs);
    return Long.remainderUnsigned(mix(state.nowNs ^ job.id * 0x9E3779B97F4A7C15L), capNs + 1);
  }

  /** The finalizer of SplitMix64. */
  private static long mix(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  static long doubled(long timeNs, int times, long mostNs) {
    long doubledNs = timeNs;
    for (int i = 0; i < times && doubledNs < mostNs; i++) {
      doubledNs *= 2;
    }
    return Math.min(doubledNs, mostNs);
  }

  /** A policy ends a job. */
  void finish(AuditedJob job, EndCause cause) {
    TubeName home = job.tube;
    OnEnd onEnd = OnEnd.of((int) value(job, PolicyKey.ON_END));
    Optional<TubeName> target = state.policy.moveTo(home).filter(to -> !to.equals(home));
    OnEnd done = onEnd == OnEnd.MOVE && target.isEmpty() ? OnEnd.BURY : onEnd;
    due.add(ended(job.id, home, cause, done));
    job.cause = cause;
    job.endedNs = state.nowNs;
    job.lane = cause == EndCause.POISONED ? Standing.SUSPECT : Standing.PLAIN;
    switch (done) {
      case BURY -> {
        job.buries++;
        job.bury(++state.burials);
      }
      case DROP -> removeFinally(job, cause);
      case MOVE -> {
        job.origin = Optional.of(job.origin.orElse(home));
        job.tube = target.orElseThrow();
        job.forgive();
        job.makeReady(state.nowNs);
      }
    }
  }

  /** Nothing is left of a job but a record. */
  void removeFinally(AuditedJob job, EndCause cause) {
    state.endRecords.addFirst(
        new EndRecord(
            job.id,
            job.tube,
            cause,
            state.nowNs,
            job.reserves,
            job.body.bytes(),
            job.body.crc32c(),
            job.attempts.isEmpty() ? Optional.empty() : Optional.of(job.attempts.getLast())));
    state.remove(job);
  }

  /** A dropped job is not wanted back. */
  void removeDropped(AuditedJob job) {
    due.add(ended(job.id, job.tube, EndCause.DROPPED, OnEnd.DROP));
    removeFinally(job, EndCause.DROPPED);
  }

  /** The holder lives and has done with the job; what was thought of it is forgotten. */
  void letGo(AuditedJob job, AuditedSession holder, AttemptEnd how) {
    end(job, holder, how, (int) state.held(holder.id).count() - 1);
    push(job, false, "");
    job.forgive();
    job.lane = Standing.PLAIN;
  }

  /** An attempt ends that is not held against the job. */
  void excuse(AuditedJob job, AuditedSession holder, AttemptEnd how, int beside) {
    end(job, holder, how, beside);
    job.excused++;
    job.makeReady(state.nowNs);
  }
}
