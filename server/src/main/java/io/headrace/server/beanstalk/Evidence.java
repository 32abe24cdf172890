package io.headrace.server.beanstalk;

import io.headrace.queue.Limits;
import io.headrace.queue.SessionEnd;
import io.headrace.server.Wire;
import io.headrace.server.captures.CaptureCause;
import io.headrace.server.captures.Captures;
import io.headrace.server.captures.Finding;
import io.headrace.server.captures.Speaker;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** Has the last bytes of one connection kept when something goes wrong on it. */
final class Evidence implements BeanstalkDecoder.Unreadable {
  /** Jobs of a session among which one is looked for. */
  private static final int HELD_MAX = 1000;

  private final BeanstalkProtocol protocol;
  private final Captures captures;
  private final BeanstalkSession session;
  private final Wire wire;
  private long refusedUntilNs = Long.MIN_VALUE;

  /** The end of what was received, when so many bytes were; who loses many jobs is asked often. */
  private String lastSent = "";

  private long lookedForAt;

  Evidence(BeanstalkProtocol protocol, BeanstalkSession session, Wire wire) {
    this.protocol = protocol;
    this.captures = protocol.captures;
    this.session = session;
    this.wire = wire;
  }

  /**
   * Keeps the bytes of a request that cannot be read. Who sends many of them costs little more than
   * a look at the clock: of one host only some are kept a minute.
   */
  @Override
  public void found(CaptureCause cause, long unread, Supplier<String> expected) {
    if (!captures.on()) {
      return;
    }
    if (captures.nowNs() < refusedUntilNs) {
      captures.skip();
    } else if (captures.admits(cause, host())) {
      long at = wire.recording().receivedBytes() - unread;
      take(new Finding(cause, at, expected.get(), List.of()));
    } else {
      refusedUntilNs = captures.refusedUntilNs();
    }
  }

  /** Keeps what somebody has said and was told who died while it held jobs. */
  void ended(SessionEnd how) {
    boolean died = how == SessionEnd.DIED || how == SessionEnd.UNREACHABLE;
    if (died && captures.on()) {
      List<Long> jobs = session.held(Finding.JOBS_MAX);
      if (!jobs.isEmpty()) {
        holderDied(jobs, "an answer for each job that is held, before the end of the connection");
      }
    }
  }

  /**
   * The end of what somebody has sent, for the past of the jobs it holds: "" where it holds none,
   * or nothing is remembered.
   */
  String lastSentByHolder() {
    return mayHold() ? lastSent() : "";
  }

  /** The end of what somebody has sent; "" where nothing is remembered. */
  String lastSent() {
    long received = wire.recording().receivedBytes();
    if (received != lookedForAt) {
      lookedForAt = received;
      lastSent = wire.recording().lastReceived(Limits.LAST_SENT_CHARS_MAX);
    }
    return lastSent;
  }

  /** Also what it was about to get counts: the reserve may still wait for the disk. */
  private boolean mayHold() {
    boolean asks = session.gated && !isWaiting();
    return asks || session.isHolding();
  }

  private boolean isWaiting() {
    return session.isOpen() && protocol.loop.queue().isWaiting(session.id());
  }

  /** Keeps what the connection has said whose worker has died of this job. */
  void workerDied(long job) {
    if (captures.on() && session.held(HELD_MAX).contains(job)) {
      holderDied(List.of(job), "no death of a worker");
    }
  }

  private void holderDied(List<Long> jobs, String expected) {
    if (captures.admits(CaptureCause.HOLDER_DIED, host())) {
      take(new Finding(CaptureCause.HOLDER_DIED, Finding.NOWHERE, expected, jobs));
    }
  }

  /** Keeps it since somebody asks for it; nothing where nothing is remembered. */
  OptionalLong byHand() {
    if (!captures.on()) {
      return OptionalLong.empty();
    }
    List<Long> jobs = session.held(Finding.JOBS_MAX);
    return OptionalLong.of(
        take(new Finding(CaptureCause.BY_HAND, Finding.NOWHERE, "nothing in particular", jobs)));
  }

  private long take(Finding finding) {
    var speaker =
        new Speaker(session.id().number(), session.peer(), wire.local(), session.connectedAtNs());
    return captures.take(wire.recording(), speaker, finding);
  }

  /** The peer without its port. */
  private String host() {
    String peer = session.peer();
    return peer.substring(0, Math.max(0, peer.lastIndexOf(':')));
  }
}
