package io.headrace.server;

import java.time.Duration;

/**
 * What the kernel is told of a peer that may have vanished: see tcp(7).
 *
 * @param idleS silence of a peer after which the kernel asks whether it is there
 * @param intervalS time between two such questions
 * @param probes unanswered questions after which it is given up
 * @param sentMs time that bytes may stay unacknowledged, or unsent since the peer has no room for
 *     them. Linux lets it decide of unanswered questions too: after the first one that is asked
 *     later than this the peer is given up
 */
record KeepAlive(int idleS, int intervalS, int probes, int sentMs) {
  /** One or two questions may be lost on a bad network. */
  private static final int PROBES = 3;

  /** An interval is this part of the whole time. */
  private static final int PARTS = 5;

  /** Gives a peer up after this time, at least {@link PeerOptions#PEER_TIMEOUT_MIN}. */
  static KeepAlive within(Duration timeout) {
    int seconds = Math.toIntExact(timeout.toSeconds());
    int interval = seconds / PARTS;
    // Half an interval less: when the last question is due, this time has passed, however the
    // kernel rounds it.
    int sentMs = seconds * 1000 - interval * 500;
    return new KeepAlive(seconds - PROBES * interval, interval, PROBES, sentMs);
  }
}
