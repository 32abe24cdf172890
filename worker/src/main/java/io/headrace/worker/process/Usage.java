package io.headrace.worker.process;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * What a script and those of its children that it waited for have used, from wait4(2).
 *
 * @param rssBytesMax the most memory that one of them had; 0 when it was less than this process has
 *     had, which Linux counts in for what it starts
 * @param minorFaults pages that were had without a disk
 * @param majorFaults pages that came from a disk
 */
public record Usage(
    Duration wall,
    Duration user,
    Duration system,
    long rssBytesMax,
    long minorFaults,
    long majorFaults) {
  /** Size of {@code struct rusage}. */
  static final long BYTES = 144;

  private static final long KIB = 1024;

  /** The most that this process is known to have had, in bytes. It only grows. */
  private static volatile long ours;

  private static final long RSS_OFFSET = 32;
  private static final long MINOR_OFFSET = 64;
  private static final long MAJOR_OFFSET = 72;

  static Usage of(MemorySegment rusage, Duration wall) {
    return new Usage(
        wall,
        time(rusage, 0),
        time(rusage, 16),
        peak(rusage.get(JAVA_LONG, RSS_OFFSET) * KIB),
        rusage.get(JAVA_LONG, MINOR_OFFSET),
        rusage.get(JAVA_LONG, MAJOR_OFFSET));
  }

  /** posix_spawn(3) shares our memory with a child until its exec, and getrusage(2) knows that. */
  private static long peak(long bytes) {
    if (bytes > ours) {
      ours = ProcFile.number(ProcFile.text("self/status"), "VmHWM:") * KIB;
    }
    return bytes > ours ? bytes : 0;
  }

  private static Duration time(MemorySegment rusage, long offset) {
    return Duration.ofSeconds(rusage.get(JAVA_LONG, offset))
        .plusNanos(rusage.get(JAVA_LONG, offset + 8) * 1000);
  }
}
