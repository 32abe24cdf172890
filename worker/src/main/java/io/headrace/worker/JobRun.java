package io.headrace.worker;

import io.headrace.client.ClientException;
import java.util.Optional;

/** Watches over one run: touches its job, and ends it where it must end. */
final class JobRun {
  /** How soon an order is noticed. */
  private static final long NOTICED_NS = 250_000_000;

  /** A script that makes new processes while it is killed is killed again. */
  private static final long KILL_AGAIN_NS = 100_000_000;

  private final Link link;
  private final Lease lease;
  private final Orders orders;
  private Optional<StoppedFor> stopped = Optional.empty();
  private Optional<ClientException> lost = Optional.empty();
  private long killAtNs;

  JobRun(Link link, Lease lease, Orders orders) {
    this.link = link;
    this.lease = lease;
    this.orders = orders;
  }

  /** Returns when it has ended. */
  void watch(Run run) {
    while (true) {
      switch (run.await(lease.isHeld() ? Optional.of(link) : Optional.empty(), untilNs())) {
        case ENDED -> {
          return;
        }
        case LOST -> lose(run);
        case TIME -> step(run);
      }
    }
  }

  /** Why the run was ended, if it did not end by itself. */
  Optional<StoppedFor> stopped() {
    return stopped.or(() -> lease.isHeld() ? Optional.empty() : Optional.of(StoppedFor.LOST));
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

  private void step(Run run) {
    if (lease.isHeld() && System.nanoTime() - lease.touchAtNs() >= 0) {
      touch(run);
    }
    long nowNs = System.nanoTime();
    if (stopped.isEmpty()) {
      stopped = orders.isStop(nowNs) ? Optional.of(StoppedFor.DRAIN) : run.overdue(nowNs);
      stopped.ifPresent(reason -> killAtNs = run.stop(reason, nowNs));
    } else if (nowNs - killAtNs >= 0) {
      run.kill();
      killAtNs = nowNs + KILL_AGAIN_NS;
    }
  }

  private void touch(Run run) {
    try {
      if (!lease.touch()) {
        lose(run);
      }
    } catch (ClientException e) {
      lost = Optional.of(e);
      lose(run);
    }
  }

  /** The job may be somebody else's at any moment: no grace. */
  private void lose(Run run) {
    lease.lose();
    run.kill();
    stopped = Optional.of(StoppedFor.LOST);
    killAtNs = System.nanoTime() + KILL_AGAIN_NS;
  }
}
