package io.headrace.queue.model;

import io.headrace.queue.Limits;
import java.util.ArrayList;
import java.util.List;

/** The gate of a tube of the naive model: the last ends of attempts, and what they say. */
final class NaiveGate {
  /** One end of an attempt. */
  private record Push(boolean dead, long job, long atNs, String host) {}

  private final List<Push> window = new ArrayList<>();
  boolean sick;

  /** Says whether the tube is now sick and was not, or the other way round. */
  boolean alive(long job, long nowNs) {
    if (!deaths().isEmpty() && nowNs - deaths().getLast().atNs() >= Limits.GATE_QUIET_NS) {
      window.clear();
    }
    return push(new Push(false, job, nowNs, ""));
  }

  boolean dead(long job, long nowNs, String host) {
    return push(new Push(true, job, nowNs, host));
  }

  private boolean push(Push push) {
    window.add(push);
    if (window.size() > Limits.GATE_ATTEMPTS) {
      window.removeFirst();
    }
    boolean was = sick;
    sick =
        100 * deaths().size() > Limits.GATE_PERCENT * window.size()
            && deaths().stream().map(Push::job).distinct().count() >= Limits.GATE_JOBS;
    return was != sick;
  }

  private List<Push> deaths() {
    return window.stream().filter(Push::dead).toList();
  }

  /** When the first death was that counts; now, when there is none any more. */
  long beganNs(long nowNs) {
    return deaths().stream().findFirst().map(Push::atNs).orElse(nowNs);
  }

  String host() {
    List<String> hosts = deaths().stream().map(Push::host).distinct().toList();
    return hosts.size() == 1 ? hosts.getFirst() : "";
  }
}
