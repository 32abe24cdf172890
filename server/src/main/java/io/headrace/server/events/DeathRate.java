package io.headrace.server.events;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Counts jobs that expire or become dead letters over the last minute, and tells when they are more
 * than usual: once, and again only after a whole minute in which they were not. Knows no clock; its
 * memory does not depend on what it counts.
 */
public final class DeathRate {
  private static final int MINUTE_S = 60;
  private static final long NEVER = Long.MIN_VALUE / 2;

  private final int perMinute;

  /** Deaths in each second of the last minute. */
  private final int[] deaths = new int[MINUTE_S];

  private long sum;
  private long second = NEVER;
  private long aboveS = NEVER;

  /**
   * A count that begins at 0.
   *
   * @param perMinute how many a minute are usual, at least 1
   */
  public DeathRate(int perMinute) {
    this.perMinute = perMinute;
  }

  /**
   * Counts one job.
   *
   * @param nowNs nanoseconds since 1970, not before those of an earlier call
   * @return what to tell, if the rate has just risen above what is usual
   */
  public Optional<Event> died(long nowNs) {
    long nowS = TimeUnit.NANOSECONDS.toSeconds(nowNs);
    pass(nowS);
    deaths[Math.floorMod(second, MINUTE_S)]++;
    sum++;
    if (sum <= perMinute) {
      return Optional.empty();
    }
    boolean rose = second - aboveS > MINUTE_S;
    aboveS = second;
    return rose ? Optional.of(event(nowNs)) : Optional.empty();
  }

  private Event event(long nowNs) {
    return Event.of(
            EventKind.DEAD_LETTERS_RATE,
            nowNs,
            sum
                + " jobs have expired or become dead letters within a minute, and "
                + perMinute
                + " are usual (on-event-rate). Look at the tubes of the latest events")
        .with("per-minute", sum)
        .with("usual", perMinute);
  }

  /** Lets the seconds since the last call go by, one by one as far as they matter. */
  private void pass(long nowS) {
    long oldS = Math.min(nowS, second + MINUTE_S);
    while (second < oldS) {
      second++;
      int place = Math.floorMod(second, MINUTE_S);
      sum -= deaths[place];
      deaths[place] = 0;
      if (sum > perMinute) {
        aboveS = second;
      }
    }
    second = Math.max(second, nowS);
  }
}
