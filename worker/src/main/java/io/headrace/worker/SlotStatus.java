package io.headrace.worker;

import java.time.Instant;

/**
 * How a slot does.
 *
 * @param since when it began to do that
 * @param job the one that is being done, or 0
 * @param pid of the script that does it, or 0
 * @param done jobs that were done, since the start
 * @param failed jobs that failed
 * @param deaths jobs whose scripts died
 * @param memoryBytes the most that one of its scripts has had
 */
public record SlotStatus(
    int slot,
    SlotState state,
    Instant since,
    long job,
    int pid,
    long done,
    long failed,
    long deaths,
    long memoryBytes) {
  static SlotStatus first(int slot) {
    return new SlotStatus(slot, SlotState.STARTING, Instant.now(), 0, 0, 0, 0, 0, 0);
  }

  SlotStatus in(SlotState now) {
    return new SlotStatus(slot, now, Instant.now(), job, pid, done, failed, deaths, memoryBytes);
  }

  /** The same, told as another state. */
  SlotStatus as(SlotState told) {
    return new SlotStatus(slot, told, since, job, pid, done, failed, deaths, memoryBytes);
  }

  SlotStatus busy(long nowJob, int nowPid) {
    return new SlotStatus(slot, state, since, nowJob, nowPid, done, failed, deaths, memoryBytes);
  }

  SlotStatus after(Closing.Fate fate, long runBytes) {
    return new SlotStatus(
        slot,
        state,
        since,
        job,
        pid,
        done + (fate == Closing.Fate.DONE ? 1 : 0),
        failed + (fate == Closing.Fate.FAILED ? 1 : 0),
        deaths + (fate == Closing.Fate.DIED ? 1 : 0),
        Math.max(memoryBytes, runBytes));
  }
}
