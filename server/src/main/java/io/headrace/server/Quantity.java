package io.headrace.server;

import java.time.Duration;
import java.util.regex.Pattern;

/** Durations and sizes as people write them. Messages say what would have been right. */
public final class Quantity {
  private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d{1,18}) *([a-zA-Z]*)");
  private static final long DAYS_MAX = 36_500;

  private Quantity() {}

  /**
   * Reads {@code 500ms}, {@code 5s}, {@code 2m}, {@code 1h}, {@code 3d}, or a plain number of
   * seconds; up to a hundred years.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Duration duration(String text) {
    var matcher = NUMBER_AND_UNIT.matcher(text.strip());
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      long unitMs =
          switch (matcher.group(2)) {
            case "ms" -> 1L;
            case "", "s" -> 1_000L;
            case "m", "min" -> 60_000L;
            case "h" -> 3_600_000L;
            case "d" -> 86_400_000L;
            default -> 0L;
          };
      if (unitMs > 0 && number <= DAYS_MAX * 86_400_000L / unitMs) {
        return Duration.ofMillis(number * unitMs);
      }
    }
    throw new IllegalArgumentException(
        "'" + text + "' is no duration; write 500ms, 5s, 2m, 1h, 3d or a number of seconds");
  }

  /**
   * Reads a duration that the protocol can say: whole seconds.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Duration seconds(String text) {
    var duration = duration(text);
    if (duration.toMillis() % 1000 != 0) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "': the protocol counts whole seconds; write "
              + (duration.toSeconds() + 1)
              + "s");
    }
    return duration;
  }

  /** The shortest way to write a duration that {@link #duration} reads. */
  public static String text(Duration duration) {
    long ms = duration.toMillis();
    if (ms % 1000 != 0) {
      return ms + "ms";
    }
    long seconds = ms / 1000;
    if (seconds == 0 || seconds % 60 != 0) {
      return seconds + "s";
    }
    if (seconds % 3600 != 0) {
      return seconds / 60 + "m";
    }
    return seconds % 86_400 == 0 ? seconds / 86_400 + "d" : seconds / 3600 + "h";
  }

  /**
   * Reads a number of bytes: {@code 65535}, {@code 64KiB}, {@code 16MiB}, {@code 2GiB}; K, M and G
   * alone mean the same.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static long bytes(String text) {
    var matcher = NUMBER_AND_UNIT.matcher(text.strip());
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      int shift =
          switch (matcher.group(2)) {
            case "", "B" -> 0;
            case "K", "k", "KiB" -> 10;
            case "M", "MiB" -> 20;
            case "G", "GiB" -> 30;
            case "T", "TiB" -> 40;
            default -> -1;
          };
      if (shift >= 0 && number <= Long.MAX_VALUE >> shift) {
        return number << shift;
      }
    }
    throw new IllegalArgumentException(
        "'" + text + "' is no size; write a number of bytes, 64KiB, 16MiB or 2GiB");
  }

  /** Writes a size so that {@link #bytes} reads the same. */
  public static String text(long bytes) {
    for (var unit : new String[] {"B", "KiB", "MiB", "GiB"}) {
      if (bytes % 1024 != 0 || bytes == 0 || unit.equals("GiB")) {
        return unit.equals("B") ? Long.toString(bytes) : bytes + unit;
      }
      bytes >>= 10;
    }
    return Long.toString(bytes);
  }
}
