package io.headrace.queue;

/**
 * What a policy of a tube can say, each a number. The code is what stands for it in the log and in
 * snapshots; it never changes.
 */
public enum PolicyKey {
  /**
   * Deaths of its holders after which a job is poisoned, 0 to 1,000,000. 0: none are counted, and a
   * job whose holder died is ready again as any other.
   */
  MAX_DEATHS(1, 0, 1_000_000, 3),

  /** Attempts after which a job is exhausted, 0 to 1,000,000; 0: as many as it takes. */
  MAX_ATTEMPTS(2, 0, 1_000_000, 0),

  /** Attempts that ran out of time after which a job is exhausted, likewise. */
  MAX_TIMEOUTS(3, 0, 1_000_000, 0),

  /** Nanoseconds after its put at which a job is over, up to ten years; 0: never. */
  EXPIRES_AFTER(4, 0, PolicyKey.TIME_MAX_NS, 0),

  /** Nanoseconds that a job waits whose holder died or ran out of time; 0: none. */
  RETRY_DELAY(5, 0, PolicyKey.TIME_MAX_NS, 0),

  /**
   * Nanoseconds. When it is above {@link #RETRY_DELAY}, the wait doubles with each such end up to
   * this one, and is drawn anew each time between 0 and that (full jitter). 0: it does not grow.
   */
  RETRY_DELAY_MAX(6, 0, PolicyKey.TIME_MAX_NS, 0),

  /** What becomes of a job that is poisoned or exhausted: the code of an {@link OnEnd}. */
  ON_END(7, 0, 2, 0),

  /** Ready jobs with which puts are refused, 0 to 2^40; 0: no limit. */
  MAX_READY(8, 0, 1L << 40, 0),

  /** Bytes of bodies beyond which puts are refused, 0 to 2^50; 0: no limit. */
  MAX_BYTES(9, 0, 1L << 50, 0),

  /** Jobs of the tube that may be reserved at once, 0 to 2^31-1; 0: no limit. */
  MAX_RUNNING(10, 0, Integer.MAX_VALUE, 0),

  /** Nanoseconds between two deliveries, 1,000 to a day; 0: no limit. */
  RATE_INTERVAL(11, 0, 86_400_000_000_000L, 0),

  /** Deliveries that may come at once after a rest, 1 to 1,000,000. */
  BURST(12, 1, 1_000_000, 1),

  /** Percent of the tube's sessions that may hold a suspect at once, 1 to 100; at least one may. */
  SUSPECT_SHARE(13, 1, 100, 2);

  /** One more than the highest code. */
  static final int CODES = 14;

  private static final long TIME_MAX_NS = 10L * 365 * 86_400 * 1_000_000_000L;

  private final int code;
  private final long min;
  private final long max;
  private final long builtIn;

  PolicyKey(int code, long min, long max, long builtIn) {
    this.code = code;
    this.min = min;
    this.max = max;
    this.builtIn = builtIn;
  }

  /** What stands for it in the log. */
  public int code() {
    return code;
  }

  /** The smallest value. */
  public long min() {
    return min;
  }

  /** The largest value. */
  public long max() {
    return max;
  }

  /** The value where nobody has set one. */
  public long builtIn() {
    return builtIn;
  }
}
