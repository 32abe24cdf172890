package io.headrace.server.events;

/**
 * Tells when a fraction rises above a limit: once, and again only after it was clearly below. Knows
 * no clock.
 */
public final class ThresholdWatch {
  /** What is told of. */
  public static final double HIGH = 0.80;

  /** Below it all is well again. */
  public static final double LOW = 0.75;

  private boolean high;

  /**
   * Sees how much is used now.
   *
   * @return whether it has just risen to {@link #HIGH} or above
   */
  public boolean rose(double usedFraction) {
    boolean wasHigh = high;
    high = usedFraction >= HIGH || (wasHigh && usedFraction >= LOW);
    return high && !wasHigh;
  }
}
