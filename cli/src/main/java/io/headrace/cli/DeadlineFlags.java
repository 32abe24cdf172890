package io.headrace.cli;

import io.headrace.http.Deadline;
import io.headrace.http.Deadlines;
import io.headrace.http.UnusableRequestException;
import io.headrace.server.Quantity;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say how long each part of a web request may take. */
final class DeadlineFlags {
  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      converter = Talk.AnyDuration.class,
      description = "For all of it (60s).")
  private Optional<Duration> total;

  @Option(
      names = "--dns-deadline",
      paramLabel = "TIME",
      converter = Talk.AnyDuration.class,
      description = "To look up the host (5s).")
  private Optional<Duration> dns;

  @Option(
      names = "--connect-deadline",
      paramLabel = "TIME",
      converter = Talk.AnyDuration.class,
      description = "To connect, all addresses of the host together (5s).")
  private Optional<Duration> connect;

  @Option(
      names = "--tls-deadline",
      paramLabel = "TIME",
      converter = Talk.AnyDuration.class,
      description = "To agree on TLS (5s).")
  private Optional<Duration> tls;

  @Option(
      names = "--first-byte-deadline",
      paramLabel = "TIME",
      converter = Talk.AnyDuration.class,
      description = "From the end of the request to the first byte of the response (30s).")
  private Optional<Duration> firstByte;

  @Option(
      names = "--between-bytes-deadline",
      paramLabel = "TIME",
      converter = Talk.AnyDuration.class,
      description = "From one byte to the next, both ways (10s).")
  private Optional<Duration> betweenBytes;

  /** Those that were given, and of the others what holds unless set. */
  Deadlines deadlines() {
    var deadlines = Deadlines.defaults();
    for (var given : given().entrySet()) {
      var flag = flag(given.getKey());
      try {
        deadlines = deadlines.with(given.getKey(), given.getValue());
      } catch (UnusableRequestException e) {
        throw new Failure(Exit.USAGE, flag + ": " + e.getMessage(), e);
      }
      if (total.isPresent() && given.getValue().compareTo(total.get()) > 0) {
        throw new Failure(
            Exit.USAGE,
            flag
                + " is longer than --deadline, which is for all of it: give it less than "
                + Quantity.text(total.get())
                + ", or --deadline more");
      }
    }
    return deadlines;
  }

  /** Those that were given, by name. */
  List<String> names() {
    return given().keySet().stream().map(DeadlineFlags::flag).toList();
  }

  private Map<Deadline, Duration> given() {
    var given = new EnumMap<Deadline, Duration>(Deadline.class);
    for (var deadline : Deadline.values()) {
      time(deadline).ifPresent(time -> given.put(deadline, time));
    }
    return given;
  }

  private Optional<Duration> time(Deadline deadline) {
    return switch (deadline) {
      case DNS -> dns;
      case CONNECT -> connect;
      case TLS -> tls;
      case FIRST_BYTE -> firstByte;
      case BETWEEN_BYTES -> betweenBytes;
      case TOTAL -> total;
    };
  }

  private static String flag(Deadline deadline) {
    return deadline == Deadline.TOTAL ? "--deadline" : "--" + deadline.word() + "-deadline";
  }
}
