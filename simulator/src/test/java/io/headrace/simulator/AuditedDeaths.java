package io.headrace.simulator;

import io.headrace.queue.Attempt;
import io.headrace.queue.AttemptEnd;
import io.headrace.queue.EndCause;
import io.headrace.queue.JobState;
import io.headrace.queue.JobView.Standing;
import io.headrace.queue.PolicyKey;
import io.headrace.simulator.AuditedState.AuditedSession;
import java.util.ArrayList;
import java.util.List;

/** What the death of a holder says of the jobs it held. */
final class AuditedDeaths {
  private static final long WINDOW_NS = 5_000_000_000L;
  private static final int HOLDERS = 3;
  private static final long BACKOFF_FIRST_NS = 1_000_000_000;
  private static final long BACKOFF_MAX_NS = 60_000_000_000L;

  private record Mishap(long atNs, AuditedTube home, int jobs) {}

  /**
   * A death that may yet be taken back.
   *
   * @param attempt the number of the attempt that it ended
   */
  private record Death(long job, int attempt, long atNs, AuditedTube tube, boolean counted) {}

  private final AuditedState state;
  private final AuditedEnds ends;
  private final List<Mishap> mishaps = new ArrayList<>();
  private final List<Death> recent = new ArrayList<>();

  AuditedDeaths(AuditedState state, AuditedEnds ends) {
    this.state = state;
    this.ends = ends;
  }

  private long deathsMax(AuditedJob job) {
    return state.policy.value(job.tube, PolicyKey.MAX_DEATHS);
  }

  /** A session has died, and is not found any more. */
  void ofSession(AuditedSession session) {
    List<AuditedJob> held = state.held(session.id).sorted(AuditedJob.MATURITY).toList();
    List<AuditedJob> judged = held.stream().filter(job -> deathsMax(job) > 0).toList();
    boolean restart = !judged.isEmpty() && isRestart(judged, held.size(), session);
    for (AuditedJob job : held) {
      take(job, session, held.size() == 1, restart, held.size() - 1);
    }
  }

  /** The process that worked on the job has died; its supervisor lives. */
  void ofJob(AuditedJob job, AuditedSession supervisor) {
    boolean restart = deathsMax(job) > 0 && isRestart(List.of(job), 1, supervisor);
    take(job, supervisor, true, restart, (int) state.held(supervisor.id).count() - 1);
  }

  private boolean isRestart(List<AuditedJob> judged, int lost, AuditedSession session) {
    var home = judged.getFirst().tube;
    AuditedTube homeTube = state.tube(home);
    ends.push(judged.getFirst(), true, session.peer);
    if (judged.stream().allMatch(job -> job.strikes == 0)) {
      int jobs = (int) judged.stream().filter(job -> job.tube.equals(home)).count();
      mishaps.add(new Mishap(state.nowNs, homeTube, jobs));
    }
    mishaps.removeIf(mishap -> mishap.atNs < state.nowNs - WINDOW_NS);
    boolean everywhere = mishaps.size() >= HOLDERS;
    List<Mishap> here = mishaps.stream().filter(mishap -> mishap.home == homeTube).toList();
    long lostHere = here.stream().mapToLong(Mishap::jobs).sum();
    // A supervisor goes on with its other jobs.
    long leftHere =
        state
            .in(home, JobState.RESERVED)
            .filter(job -> !judged.contains(job))
            .filter(job -> lost == 1 || !job.isHeldBy(session.id))
            .count();
    boolean restart = everywhere || (here.size() >= 2 && 2 * lostHere >= lostHere + leftHere);
    if (restart) {
      List<Death> revised =
          recent.stream().filter(death -> everywhere || death.tube == homeTube).toList();
      recent.removeAll(revised);
      revised.stream().filter(death -> death.atNs >= state.nowNs - WINDOW_NS).forEach(this::revise);
    }
    return restart;
  }

  private void revise(Death death) {
    state
        .job(death.job)
        .ifPresent(job -> {
          job.excused++;
          job.deaths -= death.counted && job.deaths > 0 ? 1 : 0;
          job.attempts.replaceAll(
              attempt -> attempt.number() == death.attempt ? asRestart(attempt) : attempt);
          if (job.lane == Standing.CONDEMNED) {
            job.lane = Standing.SUSPECT;
            job.makeReady(state.nowNs);
          }
          if (job.deaths == 0 && job.isSuspect()) {
            job.lane = Standing.PLAIN;
          }
        });
  }

  private static Attempt asRestart(Attempt attempt) {
    return AuditedCommands.copy(attempt, AttemptEnd.RESTART, attempt.lateNs(), attempt.lastSent());
  }

  private void take(
      AuditedJob job, AuditedSession holder, boolean alone, boolean restart, int beside) {
    if (deathsMax(job) == 0) {
      ends.end(job, holder, AttemptEnd.DIED, beside);
      job.strikes++;
      job.makeReady(state.nowNs);
      if (ends.isExhausted(job, false)) {
        ends.finish(job, EndCause.EXHAUSTED);
      } else if (state.policy.value(job.tube, PolicyKey.RETRY_DELAY) > 0) {
        job.settle(state.nowNs, ends.retryDelayNs(job));
      }
      return;
    }
    ends.end(job, holder, restart ? AttemptEnd.RESTART : AttemptEnd.DIED, beside);
    job.strikes++;
    job.makeReady(state.nowNs);
    if (restart) {
      job.excused++;
      job.settle(state.nowNs, job.strikes == 1 ? 0 : backoffNs(WINDOW_NS, job.strikes - 2));
    } else {
      suspect(job, alone);
    }
  }

  private void suspect(AuditedJob job, boolean alone) {
    boolean counted = job.deaths == 0 || alone;
    job.deaths += counted ? 1 : 0;
    job.lane = Standing.SUSPECT;
    recent.add(new Death(job.id, job.reserves, state.nowNs, state.tube(job.tube), counted));
    if (job.deaths >= deathsMax(job) && alone) {
      job.lane = Standing.CONDEMNED;
      job.settle(state.nowNs, WINDOW_NS);
    } else if (ends.isExhausted(job, false)) {
      ends.finish(job, EndCause.EXHAUSTED);
    } else if (state.policy.value(job.tube, PolicyKey.RETRY_DELAY) > 0) {
      job.settle(state.nowNs, ends.retryDelayNs(job));
    } else {
      int times = job.strikes - (state.tube(job.tube).gate.isSick() ? 1 : 2);
      job.settle(state.nowNs, times < 0 ? 0 : backoffNs(BACKOFF_FIRST_NS, times));
    }
  }

  /** The wait of a condemned job is over. */
  void execute(AuditedJob job) {
    if (state.tube(job.tube).gate.isSick()) {
      job.lane = Standing.SUSPECT;
      job.deaths = (int) Math.max(0, deathsMax(job) - 1);
      job.settle(state.nowNs, backoffNs(BACKOFF_FIRST_NS, job.strikes - 1));
    } else {
      ends.finish(job, EndCause.POISONED);
    }
  }

  private static long backoffNs(long firstNs, int times) {
    return AuditedEnds.doubled(firstNs, times, BACKOFF_MAX_NS);
  }
}
