package io.headrace.http;

import java.time.Duration;

/**
 * How long each part of an exchange may take.
 *
 * @param dns 5 s unless set
 * @param connect 5 s unless set; each address of the host gets an equal share of what is left
 * @param tls 5 s unless set
 * @param firstByte 30 s unless set
 * @param betweenBytes 10 s unless set
 * @param total 60 s unless set; where it is over before another of them, it is the one that counts
 * @param afterEnd 100 ms unless set, 0 for none: how long the close of the connection is waited for
 *     when the response is there as a whole, in order to see what comes beyond its end
 */
public record Deadlines(
    Duration dns,
    Duration connect,
    Duration tls,
    Duration firstByte,
    Duration betweenBytes,
    Duration total,
    Duration afterEnd) {

  /** Longest of each. */
  public static final Duration MAX = Duration.ofDays(1);

  /**
   * Checks them.
   *
   * @throws UnusableRequestException when one is not above 0, or above {@link #MAX}
   */
  public Deadlines {
    for (var deadline : Deadline.values()) {
      var time = pick(deadline, dns, connect, tls, firstByte, betweenBytes, total);
      if (time.isNegative() || time.isZero() || time.compareTo(MAX) > 0) {
        throw new UnusableRequestException(
            "the " + deadline.word() + " deadline is above 0 and up to a day");
      }
    }
    if (afterEnd.isNegative() || afterEnd.compareTo(MAX) > 0) {
      throw new UnusableRequestException("the wait after the end is 0 up to a day");
    }
  }

  /** Those that hold unless set. */
  public static Deadlines defaults() {
    return new Deadlines(
        Duration.ofSeconds(5),
        Duration.ofSeconds(5),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        Duration.ofMillis(100));
  }

  /** How long this one is. */
  public Duration of(Deadline deadline) {
    return pick(deadline, dns, connect, tls, firstByte, betweenBytes, total);
  }

  /** The same but for one. */
  public Deadlines with(Deadline deadline, Duration time) {
    return new Deadlines(
        deadline == Deadline.DNS ? time : dns,
        deadline == Deadline.CONNECT ? time : connect,
        deadline == Deadline.TLS ? time : tls,
        deadline == Deadline.FIRST_BYTE ? time : firstByte,
        deadline == Deadline.BETWEEN_BYTES ? time : betweenBytes,
        deadline == Deadline.TOTAL ? time : total,
        afterEnd);
  }

  /** The same but for {@link #afterEnd}. */
  public Deadlines withAfterEnd(Duration time) {
    return new Deadlines(dns, connect, tls, firstByte, betweenBytes, total, time);
  }

  private static Duration pick(
      Deadline deadline,
      Duration dns,
      Duration connect,
      Duration tls,
      Duration firstByte,
      Duration betweenBytes,
      Duration total) {
    return switch (deadline) {
      case DNS -> dns;
      case CONNECT -> connect;
      case TLS -> tls;
      case FIRST_BYTE -> firstByte;
      case BETWEEN_BYTES -> betweenBytes;
      case TOTAL -> total;
    };
  }
}
