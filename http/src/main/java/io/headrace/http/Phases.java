package io.headrace.http;

import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;

/** What took how long, of the phases that came to an end. */
public final class Phases {
  /** One after the other. */
  public enum Phase {
    /** The host was looked up. */
    DNS("dns"),
    /** A connection was made. */
    CONNECT("connect"),
    /** Keys were agreed on. */
    TLS("tls"),
    /** The request had left. */
    SENT("sent"),
    /** The first byte of a response came. */
    FIRST_BYTE("first byte"),
    /** The last byte of it came. */
    LAST_BYTE("last byte"),
    /** All was over. */
    TOTAL("total");

    private final String word;

    Phase(String word) {
      this.word = word;
    }

    /** As it is written. */
    public String word() {
      return word;
    }
  }

  private final Map<Phase, Long> tookNs = new EnumMap<>(Phase.class);
  private final long startNs;
  private long lastNs;

  /** Phases that begin now. */
  Phases(long nowNs) {
    startNs = nowNs;
    lastNs = nowNs;
  }

  /** This one is over; a phase may be so again, and is then the longer. */
  void ended(Phase phase, long nowNs) {
    tookNs.merge(phase, nowNs - lastNs, Long::sum);
    lastNs = nowNs;
  }

  /** All of it is over. */
  void allEnded(long nowNs) {
    tookNs.put(Phase.TOTAL, nowNs - startNs);
  }

  boolean has(Phase phase) {
    return tookNs.containsKey(phase);
  }

  /** How long it took, in nanoseconds; empty when it did not come to its end. */
  public OptionalLong tookNs(Phase phase) {
    var took = tookNs.get(phase);
    return took == null ? OptionalLong.empty() : OptionalLong.of(took);
  }
}
