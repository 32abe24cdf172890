package io.headrace.server;

import java.util.Locale;

/** In a word, how a connection does. The first that fits, in this order. */
public enum ConnectionHealth {
  /** The peer has ended its side and waits for replies. */
  HALF_OPEN,
  /** The network is silent: what was sent, or asked, is not acknowledged, again and again. */
  STALLED,
  /** The peer does not take its replies. */
  SLOW_READER,
  /** More than one of a hundred segments had to be sent again. */
  LOSSY,
  /** None of these. */
  HEALTHY;

  /** Times that a segment was sent again, or a question asked, without an answer. */
  static final int STALLED_RETRIES = 2;

  /** One segment sent again of so many is no loss to speak of. */
  static final int SEGMENTS_A_LOSS = 100;

  /** How it does by these facts. */
  public static ConnectionHealth of(WireFacts facts) {
    if (facts.inputEnded()) {
      return HALF_OPEN;
    }
    boolean full = facts.waitingBytes() > 0;
    boolean silent =
        facts
            .tcp()
            .map(tcp ->
                tcp.retriesNow() >= STALLED_RETRIES || (!full && tcp.probes() >= STALLED_RETRIES))
            .orElse(false);
    if (silent) {
      return STALLED;
    }
    if (full) {
      return SLOW_READER;
    }
    return facts.tcp().map(tcp -> isLossy(tcp, facts.outBytes())).orElse(false) ? LOSSY : HEALTHY;
  }

  private static boolean isLossy(TcpFacts tcp, long outBytes) {
    long segments = outBytes / Math.max(1, tcp.mss()) + 1;
    return tcp.retransmits() > Math.max(1, segments / SEGMENTS_A_LOSS);
  }

  /** Its word: {@code slow-reader}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
