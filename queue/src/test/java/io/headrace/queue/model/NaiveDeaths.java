package io.headrace.queue.model;

import io.headrace.queue.AttemptEnd;
import io.headrace.queue.EndCause;
import io.headrace.queue.JobState;
import io.headrace.queue.JobView.Standing;
import io.headrace.queue.Limits;
import io.headrace.queue.PolicyKey;
import java.util.ArrayList;
import java.util.List;

/** What the naive model makes of holders that die: which jobs are to blame, if any. */
final class NaiveDeaths {
  /** A holder that died, none of whose jobs had died before. */
  private record Mishap(long atNs, NaiveTube home, int jobs) {}

  /** A death that is held against a job, until it turns out otherwise. */
  private record Death(long job, int attempt, long atNs, NaiveTube tube, boolean counted) {}

  private final NaiveQueue queue;
  private final List<Mishap> mishaps = new ArrayList<>();
  private final List<Death> recent = new ArrayList<>();

  NaiveDeaths(NaiveQueue queue) {
    this.queue = queue;
  }

  /** The session has died, with all that it held. */
  void sessionDied(NaiveSession s) {
    List<NaiveJob> held = queue.held(s).sorted(queue.order(JobState.RESERVED)).toList();
    List<NaiveJob> judged = held.stream().filter(this::isJudged).toList();
    List<NaiveJob> looked =
        held.stream().limit(Limits.DEATH_SCAN_MAX).filter(this::isJudged).toList();
    boolean restart = !judged.isEmpty() && isRestart(s, judged.getFirst(), looked, held);
    int beside = held.size() - 1;
    for (NaiveJob job : held) {
      if (isJudged(job)) {
        judge(job, beside, restart, held.size() == 1);
      } else {
        shrugOff(job, beside);
      }
    }
  }

  /** The holder's supervisor says that this job has killed its worker. */
  void jobDied(NaiveSession s, NaiveJob job) {
    int beside = (int) queue.held(s).count() - 1;
    if (isJudged(job)) {
      judge(job, beside, isRestart(s, job, List.of(job), List.of(job)), true);
    } else {
      shrugOff(job, beside);
    }
  }

  private boolean isJudged(NaiveJob job) {
    return queue.policy(job.tube).value(PolicyKey.MAX_DEATHS) > 0;
  }

  private void shrugOff(NaiveJob job, int beside) {
    queue.attempts.endAttempt(job, AttemptEnd.DIED, beside);
    job.strikes++;
    if (queue.ends.isExhausted(job, false)) {
      queue.ends.end(job, EndCause.EXHAUSTED);
    } else if (queue.policy(job.tube).value(PolicyKey.RETRY_DELAY) > 0) {
      queue.ends.retry(job);
    } else {
      job.beReady(queue.nowNs);
    }
  }

  /** Whether something else than the jobs is to blame; if so, excuses those that died just now. */
  private boolean isRestart(
      NaiveSession s, NaiveJob first, List<NaiveJob> looked, List<NaiveJob> dying) {
    NaiveTube home = first.tube;
    queue.attempts.gateDead(home, first, s.host());
    if (looked.stream().allMatch(j -> j.strikes == 0)) {
      int ofHome = (int) looked.stream().filter(j -> j.tube == home).count();
      mishaps.add(new Mishap(queue.nowNs, home, ofHome));
    }
    long sinceNs = queue.nowNs - Limits.RESTART_WINDOW_NS;
    mishaps.removeIf(m -> m.atNs < sinceNs);
    List<Mishap> atHome = mishaps.stream().filter(m -> m.home == home).toList();
    long lost = atHome.stream().mapToLong(Mishap::jobs).sum();
    long left =
        queue.jobs(home, JobState.RESERVED).stream().filter(j -> !dying.contains(j)).count();
    boolean byHolders = mishaps.size() >= Limits.RESTART_HOLDERS;
    boolean byHome = atHome.size() >= 2 && 2 * lost >= lost + left;
    if (byHolders || byHome) {
      List<Death> revised =
          recent.stream().filter(d -> d.atNs >= sinceNs && (byHolders || d.tube == home)).toList();
      recent.removeAll(revised);
      revised.forEach(this::revise);
    }
    return byHolders || byHome;
  }

  private void revise(Death death) {
    queue
        .job(death.job)
        .ifPresent(job -> {
          job.excused++;
          job.deaths -= death.counted && job.deaths > 0 ? 1 : 0;
          job.history.excuse(death.attempt);
          if (job.standing == Standing.CONDEMNED) {
            job.standing = Standing.SUSPECT;
            job.beReady(queue.nowNs);
          }
          if (job.deaths == 0 && job.standing == Standing.SUSPECT) {
            job.standing = Standing.PLAIN;
          }
        });
  }

  private void judge(NaiveJob job, int beside, boolean restart, boolean alone) {
    queue.attempts.endAttempt(job, restart ? AttemptEnd.RESTART : AttemptEnd.DIED, beside);
    job.strikes++;
    if (restart) {
      job.excused++;
      long waitNs =
          NaiveEnds.doubled(Limits.RESTART_WINDOW_NS, job.strikes - 2L, Limits.BACKOFF_MAX_NS);
      job.readyAfter(job.strikes == 1 ? 0 : waitNs, queue.nowNs);
      return;
    }
    boolean counted = job.deaths == 0 || alone;
    job.deaths += counted ? 1 : 0;
    job.standing = Standing.SUSPECT;
    recent.add(new Death(job.id, job.reserves, queue.nowNs, job.tube, counted));
    if (alone && job.deaths >= queue.policy(job.tube).value(PolicyKey.MAX_DEATHS)) {
      job.standing = Standing.CONDEMNED;
      job.readyAfter(Limits.RESTART_WINDOW_NS, queue.nowNs);
    } else if (queue.ends.isExhausted(job, false)) {
      queue.ends.end(job, EndCause.EXHAUSTED);
    } else if (queue.policy(job.tube).value(PolicyKey.RETRY_DELAY) > 0) {
      queue.ends.retry(job);
    } else if (job.tube.gate.sick) {
      job.readyAfter(backoffNs(job.strikes), queue.nowNs);
    } else {
      job.readyAfter(job.strikes == 1 ? 0 : backoffNs(job.strikes - 1), queue.nowNs);
    }
  }

  private static long backoffNs(int times) {
    return NaiveEnds.doubled(Limits.BACKOFF_FIRST_NS, times - 1L, Limits.BACKOFF_MAX_NS);
  }

  /** The delay of a condemned job is over. */
  void execute(NaiveJob job) {
    if (!job.tube.gate.sick) {
      queue.ends.end(job, EndCause.POISONED);
      return;
    }
    job.standing = Standing.SUSPECT;
    job.deaths = (int) Math.max(0, queue.policy(job.tube).value(PolicyKey.MAX_DEATHS) - 1);
    job.readyAfter(backoffNs(job.strikes), queue.nowNs);
  }
}
