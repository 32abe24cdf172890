package io.headrace.server.events;

import java.util.concurrent.TimeUnit;

/** Allows so many a second, and so many at once after a quiet time. Knows no clock. */
final class TokenBucket {
  private final long tokenNs;
  private final long fullNs;

  /** Time that is saved up: a token for each {@link #tokenNs}. */
  private long savedNs;

  private long seenNs;

  TokenBucket(int perSecond, int burst, long nowNs) {
    tokenNs = TimeUnit.SECONDS.toNanos(1) / perSecond;
    fullNs = tokenNs * burst;
    savedNs = fullNs;
    seenNs = nowNs;
  }

  /** How long it takes until there is a token; 0 when there is one. */
  long waitNs(long nowNs) {
    savedNs = Math.min(fullNs, savedNs + Math.max(0, nowNs - seenNs));
    seenNs = nowNs;
    return Math.max(0, tokenNs - savedNs);
  }

  /** Takes a token that is there. */
  void take() {
    savedNs -= tokenNs;
  }
}
