package io.headrace.server;

import io.headrace.queue.Invariant;
import io.headrace.queue.Limits;
import java.time.Duration;

/**
 * How many keys of puts a server remembers, and how long.
 *
 * @param max how many, 1 to {@link Limits#KEYS_MAX}; beyond it puts with another key are refused,
 *     and no key is forgotten before its time
 * @param window how long, {@link #WINDOW_MIN} to {@link #WINDOW_MAX}
 */
public record KeyOptions(int max, Duration window) {
  /** The shortest time for which a key is worth remembering. */
  public static final Duration WINDOW_MIN = Duration.ofSeconds(1);

  /** Longer than anybody should have to retry. */
  public static final Duration WINDOW_MAX = Duration.ofDays(7);

  /** The window when nobody has chosen. */
  public static final Duration WINDOW_DEFAULT = Duration.ofNanos(Limits.KEY_WINDOW_NS);

  private static final int MAX_DEFAULT = 1_000_000;

  /** What a key takes of the heap where names are not very long, in bytes. */
  private static final int HEAP_BYTES_A_KEY = 100;

  /** What keys may take of the heap, which is mostly the job table: a part in so many. */
  private static final int HEAP_PART = 16;

  public KeyOptions {
    Invariant.check(max >= 1 && max <= Limits.KEYS_MAX, "the table of keys has its limits");
    Invariant.check(
        window.compareTo(WINDOW_MIN) >= 0 && window.compareTo(WINDOW_MAX) <= 0,
        "a key is remembered for a second to a week");
  }

  /** What holds unless somebody has chosen. */
  public static KeyOptions defaults() {
    return new KeyOptions(defaultMax(), WINDOW_DEFAULT);
  }

  /** A million, or what a sixteenth of the heap has room for. */
  public static int defaultMax() {
    long room = Runtime.getRuntime().maxMemory() / HEAP_PART / HEAP_BYTES_A_KEY;
    return Math.clamp(room, 1, MAX_DEFAULT);
  }
}
