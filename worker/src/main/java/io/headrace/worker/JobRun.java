package io.headrace.worker;

import io.headrace.client.ClientException;
import io.headrace.worker.process.Ended;
import io.headrace.worker.process.Progress;
import io.headrace.worker.process.Script;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Watches over one script: touches its job, tells a slow one from a hung one, and ends it where it
 * must end.
 */
final class JobRun {
  /** How soon an order is noticed. */
  private static final long NOTICED_NS = 250_000_000;

  /** A script that makes new processes while it is killed is killed again. */
  private static final long KILL_AGAIN_NS = 100_000_000;

  /** Looks at a tree in the time of a stall, at least. */
  private static final int LOOKS = 12;

  private static final Duration LOOK_MIN = Duration.ofMillis(100);
  private static final Progress NONE = new Progress(-1, -1, Set.of());

  private final Link link;
  private final Lease lease;
  private final WorkPlan.Times times;
  private final Orders orders;
  private Optional<StoppedFor> stopped = Optional.empty();
  private Optional<ClientException> lost = Optional.empty();
  private String waits = "";
  private long killAtNs;
  private Progress last = NONE;
  private long changedNs;
  private long lookAtNs;

  JobRun(Link link, Lease lease, WorkPlan.Times times, Orders orders) {
    this.link = link;
    this.lease = lease;
    this.times = times;
    this.orders = orders;
  }

  /** Returns when no process of the script is left. */
  Ended watch(Script script) {
    changedNs = script.beganNs();
    lookAtNs = changedNs + lookEveryNs();
    while (true) {
      int watched = lease.isHeld() ? link.descriptor() : Script.NONE;
      switch (script.await(watched, untilNs())) {
        case ENDED -> {
          return script.end(stopped.isPresent());
        }
        // Nothing was asked: whatever comes is the end of the connection.
        case WATCHED -> lose(script);
        case TIME -> step(script);
      }
    }
  }

  /** Why the script was ended, if it did not end by itself. */
  Optional<StoppedFor> stopped() {
    return stopped;
  }

  /** What its processes waited in when it was found to hang. */
  String waits() {
    return waits;
  }

  /** What ended the connection, when it was found by asking. */
  Optional<ClientException> lost() {
    return lost;
  }

  private long untilNs() {
    long untilNs = System.nanoTime() + NOTICED_NS;
    if (lease.isHeld() && lease.touchAtNs() - untilNs < 0) {
      untilNs = lease.touchAtNs();
    }
    return stopped.isPresent() && killAtNs - untilNs < 0 ? killAtNs : untilNs;
  }

  private void step(Script script) {
    if (lease.isHeld() && System.nanoTime() - lease.touchAtNs() >= 0) {
      touch(script);
    }
    long nowNs = System.nanoTime();
    if (stopped.isEmpty()) {
      reason(script, nowNs).ifPresent(reason -> stop(script, reason, nowNs));
    } else if (nowNs - killAtNs >= 0) {
      script.kill();
      killAtNs = nowNs + KILL_AGAIN_NS;
    }
  }

  private void touch(Script script) {
    try {
      if (!lease.touch()) {
        lose(script);
      }
    } catch (ClientException e) {
      lost = Optional.of(e);
      lose(script);
    }
  }

  /** The job may be somebody else's at any moment: no grace. */
  private void lose(Script script) {
    lease.lose();
    script.kill();
    stopped = Optional.of(StoppedFor.LOST);
    killAtNs = System.nanoTime() + KILL_AGAIN_NS;
  }

  private Optional<StoppedFor> reason(Script script, long nowNs) {
    if (orders.isStop(nowNs)) {
      return Optional.of(StoppedFor.DRAIN);
    }
    if (times.max().filter(max -> nowNs - script.beganNs() >= max.toNanos()).isPresent()) {
      return Optional.of(StoppedFor.TIME);
    }
    return isStalled(script, nowNs) ? Optional.of(StoppedFor.STALL) : Optional.empty();
  }

  private boolean isStalled(Script script, long nowNs) {
    if (times.stall().isEmpty() || nowNs - lookAtNs < 0) {
      return false;
    }
    lookAtNs = nowNs + lookEveryNs();
    var now = script.tree().progress();
    if (!now.equals(last)) {
      last = now;
      changedNs = nowNs;
      return false;
    }
    return nowNs - changedNs >= times.stall().get().toNanos();
  }

  private long lookEveryNs() {
    return Math.max(LOOK_MIN.toNanos(), times.stall().orElse(Duration.ofDays(1)).toNanos() / LOOKS);
  }

  private void stop(Script script, StoppedFor reason, long nowNs) {
    stopped = Optional.of(reason);
    if (reason != StoppedFor.DRAIN) {
      waits = script.tree().waits();
    }
    script.terminate();
    killAtNs = nowNs + times.grace().toNanos();
  }
}
