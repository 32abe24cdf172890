package io.headrace.server.captures;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** How many captures there may be a minute, of one host and in all. */
final class CaptureRate {
  /** Captures a minute of one host. */
  static final int HOST_MAX = 6;

  /** Captures a minute of all hosts. */
  static final int ALL_MAX = 60;

  private static final long WINDOW_NS = Duration.ofMinutes(1).toNanos();

  /** Hosts of this minute: no more than {@link #ALL_MAX}, since only what is taken is noted. */
  private final Map<String, Integer> hosts = new HashMap<>();

  private int all;
  private long windowEndNs = Long.MIN_VALUE;

  /** Whether this host may have one more; if so it has. */
  boolean take(String host, long nowNs) {
    if (nowNs >= windowEndNs) {
      windowEndNs = nowNs + WINDOW_NS;
      hosts.clear();
      all = 0;
    }
    int taken = hosts.getOrDefault(host, 0);
    if (all >= ALL_MAX || taken >= HOST_MAX) {
      return false;
    }
    hosts.put(host, taken + 1);
    all++;
    return true;
  }

  /** Until when a host that got none gets none. */
  long windowEndNs() {
    return windowEndNs;
  }
}
