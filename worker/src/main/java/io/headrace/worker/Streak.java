package io.headrace.worker;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Whether runs fail whatever the job is: then it is not the jobs, and to try one after the other
 * would only fail all of them. One job that goes well ends it.
 */
final class Streak {
  /** So many different jobs in a row. */
  private static final int JOBS_MIN = 5;

  /** No more are remembered. */
  private static final int JOBS_MAX = 1000;

  private final Backoff backoff;
  private final String noun;
  private final Consumer<String> note;
  private final Set<Long> jobs = new LinkedHashSet<>();
  private boolean told;

  /**
   * One.
   *
   * @param noun what fails: a plural
   */
  Streak(Backoff backoff, String noun, Consumer<String> note) {
    this.backoff = backoff;
    this.noun = noun;
    this.note = note;
  }

  /** A job went well. */
  synchronized void broken() {
    jobs.clear();
    backoff.reset();
    if (told) {
      told = false;
      note.accept(noun + " work again");
    }
  }

  /**
   * A job failed.
   *
   * @param how in a line
   * @return how long to wait before the next one
   */
  synchronized Duration failed(long job, String how) {
    if (jobs.size() < JOBS_MAX) {
      jobs.add(job);
    }
    if (jobs.size() < JOBS_MIN) {
      return Duration.ZERO;
    }
    if (!told) {
      told = true;
      note.accept(
          "the last %d jobs have all failed, the last one by '%s': %s are started more slowly"
                  .formatted(jobs.size(), how, noun)
              + " until one goes well");
    }
    return backoff.next();
  }
}
