package io.headrace.server;

import java.time.Duration;

/**
 * What the kernel is told of a peer that may have vanished: see tcp(7).
 *
 * @param idleMaxS silence of a peer after which the kernel asks at the latest whether it is there
 * @param intervalS time between two such questions
 * @param sentMs time that bytes may stay unacknowledged, or unsent since the peer has no room for
 *     them. Linux lets it decide of unanswered questions too: with the first one that is due later
 *     than this the peer is given up, however many were asked
 */
record KeepAlive(int idleMaxS, int intervalS, int sentMs) {
  /** Of the whole time, one is the interval. */
  private static final int PARTS = 8;

  /** Questions that a peer has at least, where there is time for them: most may be lost. */
  private static final int QUESTIONS = 5;

  /**
   * Gives a peer up after this time, at least {@link PeerOptions#PEER_TIMEOUT_MIN}, or less than an
   * interval before.
   */
  static KeepAlive within(Duration timeout) {
    int seconds = Math.toIntExact(timeout.toSeconds());
    int interval = Math.max(1, seconds / PARTS);
    int idle = Math.max(1, seconds - QUESTIONS * interval);
    // Whenever the questions began, one of them is due between this and the end.
    int sentMs = (seconds - interval) * 1000 + 500;
    return new KeepAlive(idle, interval, sentMs);
  }

  /**
   * Silence after which a connection's peer is asked. Not the same for all: a crowd that connected
   * at once would be asked at once, again and again, and what a machine sends to itself beyond a
   * thousand packets at once is lost ({@code net.core.netdev_max_backlog}).
   *
   * @param number counts the connections
   */
  int idleS(long number) {
    int spread = idleMaxS / 2 + 1;
    return idleMaxS - (int) (number % spread);
  }
}
