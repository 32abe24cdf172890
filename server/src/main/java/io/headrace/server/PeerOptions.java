package io.headrace.server;

import io.headrace.queue.Invariant;
import java.time.Duration;
import java.util.Optional;

/**
 * How patient a server is with its peers; docs/slow-peers.md has the reasons.
 *
 * @param peerTimeout how long the network may be silent about a peer before it is given up, at
 *     least {@link #PEER_TIMEOUT_MIN}; without it the kernel decides, after two hours or never
 * @param commandTimeout how long a command that has begun may take to be complete, beside what its
 *     body takes at the least rate; without it for ever
 * @param sendTimeout how long a peer may take nothing of its replies; without it for ever
 * @param inputBytesMax memory for what all connections together have sent ahead of its turn
 */
public record PeerOptions(
    Optional<Duration> peerTimeout,
    Optional<Duration> commandTimeout,
    Optional<Duration> sendTimeout,
    long inputBytesMax) {
  /** The shortest time that seconds, which keep-alive counts in, can be made of. */
  public static final Duration PEER_TIMEOUT_MIN = Duration.ofSeconds(5);

  /** A peer that has vanished is noticed within 30 s, and what is left of them is for the loop. */
  public static final Duration PEER_TIMEOUT = Duration.ofSeconds(25);

  /** Ten round trips over the worst of networks, with a second for each. */
  public static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(10);

  /** Less than the kernel's patience, so that who is there and deaf is told from who is gone. */
  public static final Duration SEND_TIMEOUT = Duration.ofSeconds(20);

  /** The least budget for input: a receive buffer of some connections. */
  public static final long INPUT_BYTES_MIN = 1 << 20;

  /** What input may take of the heap, which is mostly the job table: a part in so many. */
  private static final int HEAP_PART = 16;

  public PeerOptions {
    Invariant.check(
        peerTimeout.isEmpty() || peerTimeout.get().compareTo(PEER_TIMEOUT_MIN) >= 0,
        "keep-alive counts in seconds");
    Invariant.check(inputBytesMax >= INPUT_BYTES_MIN, "input needs memory");
  }

  /** What holds unless somebody has chosen. */
  public static PeerOptions defaults() {
    return new PeerOptions(
        Optional.of(PEER_TIMEOUT),
        Optional.of(COMMAND_TIMEOUT),
        Optional.of(SEND_TIMEOUT),
        defaultInputBytesMax());
  }

  /** A sixteenth of the heap, in which input lies. */
  public static long defaultInputBytesMax() {
    return Math.max(INPUT_BYTES_MIN, Runtime.getRuntime().maxMemory() / HEAP_PART);
  }
}
