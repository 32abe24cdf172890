package io.headrace.queue;

import java.util.ArrayDeque;
import org.agrona.collections.LongHashSet;

/**
 * Tells whether a tube's workers die so much that none of its jobs is to blame: over {@link
 * Limits#GATE_PERCENT} percent of the last attempts were deaths, on {@link Limits#GATE_JOBS} jobs
 * or more.
 */
final class Gate {
  /** The end of an attempt that was a death. */
  record Death(long attempt, long job, long atNs, String host) {}

  private final ArrayDeque<Death> deaths = new ArrayDeque<>();

  /** Attempts that have ended so far; those of them that are left out. */
  private long attempts;

  private long before;
  private boolean sick;

  boolean isSick() {
    return sick;
  }

  long attempts() {
    return attempts;
  }

  /** Attempts that are too old to count, or from before a long time without deaths. */
  long before() {
    return before;
  }

  /** The deaths that count, oldest first. */
  Death[] deaths() {
    return deaths.toArray(new Death[0]);
  }

  void restore(long attemptsSoFar, long attemptsBefore, boolean isSick) {
    attempts = attemptsSoFar;
    before = attemptsBefore;
    sick = isSick;
  }

  void restoreDeath(Death death) {
    deaths.add(death);
  }

  /** Notes an attempt that ended without a death; true when that changes the verdict. */
  boolean alive(long nowNs) {
    attempts++;
    if (deaths.isEmpty()) {
      return false;
    }
    if (nowNs - deaths.getLast().atNs() >= Limits.GATE_QUIET_NS) {
      deaths.clear();
      before = attempts - 1;
    }
    return judge();
  }

  /** Notes a death; true when that changes the verdict. */
  boolean died(long job, long nowNs, String host) {
    attempts++;
    deaths.add(new Death(attempts, job, nowNs, host));
    return judge();
  }

  private boolean judge() {
    before = Math.max(before, attempts - Limits.GATE_ATTEMPTS);
    while (!deaths.isEmpty() && deaths.getFirst().attempt() <= before) {
      deaths.removeFirst();
    }
    var was = sick;
    sick =
        deaths.size() * 100L > Limits.GATE_PERCENT * (attempts - before)
            && differentJobs() >= Limits.GATE_JOBS;
    return sick != was;
  }

  private int differentJobs() {
    if (deaths.size() < Limits.GATE_JOBS) {
      return deaths.size();
    }
    var jobs = new LongHashSet();
    for (var death : deaths) {
      jobs.add(death.job());
    }
    return jobs.size();
  }

  /** When the first death was that counts; {@code otherwise} when there is none. */
  long beganNs(long otherwise) {
    return deaths.isEmpty() ? otherwise : deaths.getFirst().atNs();
  }

  /** Where all deaths were that count; "" when that is more than one place. */
  String host() {
    var host = deaths.isEmpty() ? "" : deaths.getFirst().host();
    for (var death : deaths) {
      if (!death.host().equals(host)) {
        return "";
      }
    }
    return host;
  }
}
