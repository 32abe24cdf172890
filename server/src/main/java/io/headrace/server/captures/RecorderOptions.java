package io.headrace.server.captures;

import io.headrace.queue.Invariant;
import java.time.Duration;

/**
 * How much of what is said is remembered, and how much of that is kept.
 *
 * @param bytesEachWay the last bytes of a connection that are remembered, each way, with their
 *     times; 0 remembers nothing, else {@link #BYTES_MIN} to {@link #BYTES_MAX}
 * @param totalBytes memory of all connections together, at least 1 B; beyond it connections
 *     remember less, or nothing
 * @param capturesMax how many captures are kept, 1 to {@link #CAPTURES_LIMIT}
 * @param capturesBytes what all of them take, in memory and on disk, at least 1 B
 * @param keep how long each is kept
 */
public record RecorderOptions(
    int bytesEachWay, long totalBytes, int capturesMax, long capturesBytes, Duration keep) {
  /** The least that can be remembered, in bytes: some short requests. */
  public static final int BYTES_MIN = 256;

  /** The most that can be remembered, in bytes: what one read takes. */
  public static final int BYTES_MAX = 64 * 1024;

  /** What is remembered unless somebody says otherwise, in bytes each way. */
  public static final int BYTES_DEFAULT = 4 * 1024;

  /** The most captures that can be kept: a list of them is one reply. */
  public static final int CAPTURES_LIMIT = 10_000;

  /** How many are kept unless somebody says otherwise. */
  public static final int CAPTURES_DEFAULT = 200;

  /** What they take unless somebody says otherwise, in bytes. */
  public static final long CAPTURES_BYTES_DEFAULT = 16L << 20;

  /** How long they are kept unless somebody says otherwise. */
  public static final Duration KEEP_DEFAULT = Duration.ofDays(7);

  private static final long TOTAL_BYTES_MOST = 64L << 20;
  private static final long TOTAL_BYTES_LEAST = 1L << 20;
  private static final int HEAP_SHARE = 16;

  public RecorderOptions {
    Invariant.check(
        bytesEachWay == 0 || (bytesEachWay >= BYTES_MIN && bytesEachWay <= BYTES_MAX),
        "nothing, or 256 B to 64 KiB each way");
    Invariant.check(totalBytes >= 1, "what is remembered takes memory");
    Invariant.check(capturesMax >= 1 && capturesMax <= CAPTURES_LIMIT, "1 to 10,000 captures");
    Invariant.check(capturesBytes >= 1, "captures take memory");
    Invariant.check(keep.isPositive(), "captures are kept for a while");
  }

  /** What holds unless somebody says otherwise. */
  public static RecorderOptions standard() {
    return of(BYTES_DEFAULT);
  }

  /** Remembers and keeps nothing. */
  public static RecorderOptions none() {
    return of(0);
  }

  private static RecorderOptions of(int bytesEachWay) {
    return new RecorderOptions(
        bytesEachWay, defaultTotalBytes(), CAPTURES_DEFAULT, CAPTURES_BYTES_DEFAULT, KEEP_DEFAULT);
  }

  /** A sixteenth of the heap, 1 to 64 MiB: the table of jobs may take seven tenths. */
  public static long defaultTotalBytes() {
    long share = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
    return Math.clamp(share, TOTAL_BYTES_LEAST, TOTAL_BYTES_MOST) >> 20 << 20;
  }

  /** Whether anything is remembered. */
  public boolean on() {
    return bytesEachWay > 0;
  }
}
