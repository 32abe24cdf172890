package io.headrace.simulator;

import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.Stream;

/** How the last attempts of a tube ended, each of them kept. */
final class AuditedGate {
  private static final int ATTEMPTS = 50;
  private static final int JOBS = 5;
  private static final int PERCENT = 20;
  private static final long QUIET_NS = 60_000_000_000L;

  private record Push(boolean dead, long job, long atNs, String host) {}

  private final ArrayDeque<Push> window = new ArrayDeque<>();
  private boolean sick;

  boolean isSick() {
    return sick;
  }

  private Stream<Push> deaths() {
    return window.stream().filter(Push::dead);
  }

  /** Notes the end of an attempt; true when that changes the verdict. */
  boolean push(boolean dead, long job, long nowNs, String host) {
    long lastDeathNs = deaths().mapToLong(Push::atNs).max().orElse(Long.MAX_VALUE);
    if (!dead && lastDeathNs <= nowNs - QUIET_NS) {
      window.clear();
    }
    window.add(new Push(dead, job, nowNs, host));
    if (window.size() > ATTEMPTS) {
      window.remove();
    }
    boolean before = sick;
    sick =
        deaths().count() * 100 > (long) PERCENT * window.size()
            && deaths().mapToLong(Push::job).distinct().count() >= JOBS;
    return sick != before;
  }

  long beganNs(long nowNs) {
    return deaths().mapToLong(Push::atNs).min().orElse(nowNs);
  }

  String host() {
    List<String> hosts = deaths().map(Push::host).distinct().toList();
    return hosts.size() == 1 ? hosts.getFirst() : "";
  }
}
