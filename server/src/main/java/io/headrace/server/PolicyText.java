package io.headrace.server;

import io.headrace.queue.OnEnd;
import io.headrace.queue.PolicyFault;
import io.headrace.queue.PolicyKey;
import io.headrace.queue.PolicySettings;
import io.headrace.queue.TubeName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Policies as people write them: words like {@code max-deaths=3}, {@code retry-delay=1s..5m},
 * {@code rate=10/s}, {@code on-end=move:failed}. What is {@code default} is not set any more.
 */
public final class PolicyText {
  /** As a value: what the next one says, the server's policy or what is built in. */
  public static final String DEFAULT = "default";

  private static final String NAMES =
      "max-deaths, max-attempts, max-timeouts, expires-after, retry-delay, on-end, max-ready,"
          + " max-bytes, max-running, rate, burst, suspect-share";

  /**
   * What is to be changed of a policy.
   *
   * @param set what is set anew
   * @param cleared the sum of 1 &lt;&lt; code of keys that are no longer set
   */
  public record Change(PolicySettings set, long cleared) {}

  private PolicyText() {}

  /**
   * Reads words like {@code max-deaths=3}, with blanks between them; there must be one at least.
   *
   * @throws IllegalArgumentException when one of them means nothing, with a message that begins
   *     with its key and says what would be right
   */
  public static Change parse(String words) {
    Change change = new Change(PolicySettings.NONE, 0);
    List<String> all = List.of(words.strip().split(" +"));
    for (String word : all) {
      int equals = word.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException(
            (word.isEmpty() ? "policy" : word) + ": write KEY=VALUE, with a key of " + NAMES);
      }
      change = with(change, word.substring(0, equals), word.substring(equals + 1));
    }
    return change;
  }

  private static Change with(Change change, String key, String value) {
    return switch (key) {
      case "max-deaths" -> number(change, key, PolicyKey.MAX_DEATHS, value);
      case "max-attempts" -> number(change, key, PolicyKey.MAX_ATTEMPTS, value);
      case "max-timeouts" -> number(change, key, PolicyKey.MAX_TIMEOUTS, value);
      case "max-ready" -> number(change, key, PolicyKey.MAX_READY, value);
      case "max-running" -> number(change, key, PolicyKey.MAX_RUNNING, value);
      case "burst" -> number(change, key, PolicyKey.BURST, value);
      case "suspect-share" ->
          number(change, key, PolicyKey.SUSPECT_SHARE, value.replaceFirst("%$", ""));
      case "max-bytes" ->
          isDefault(value)
              ? clear(change, PolicyKey.MAX_BYTES)
              : set(change, key, PolicyKey.MAX_BYTES, limit(key, value, Quantity::bytes));
      case "expires-after" ->
          isDefault(value)
              ? clear(change, PolicyKey.EXPIRES_AFTER)
              : set(change, key, PolicyKey.EXPIRES_AFTER, limit(key, value, PolicyText::timeNs));
      case "retry-delay" -> retryDelay(change, key, value);
      case "rate" ->
          isDefault(value)
              ? clear(change, PolicyKey.RATE_INTERVAL)
              : set(change, key, PolicyKey.RATE_INTERVAL, interval(key, value));
      case "on-end" -> onEnd(change, key, value);
      default ->
          throw new IllegalArgumentException(
              key + ": there is no such policy; write one of " + NAMES);
    };
  }

  private static boolean isDefault(String value) {
    return value.equals(DEFAULT);
  }

  private static Change clear(Change change, PolicyKey key) {
    return new Change(change.set().without(key), change.cleared() | 1L << key.code());
  }

  private static Change set(Change change, String name, PolicyKey key, long value) {
    if (value < key.min() || value > key.max()) {
      throw new IllegalArgumentException(
          name + ": out of range; write a number from " + key.min() + " to " + key.max());
    }
    return new Change(change.set().with(key, value), change.cleared() & ~(1L << key.code()));
  }

  private static Change number(Change change, String name, PolicyKey key, String value) {
    return isDefault(value)
        ? clear(change, key)
        : set(change, name, key, limit(name, value, PolicyText::plain));
  }

  private interface Reader {
    long read(String text);
  }

  /** A number, a size or a time; or a word for none. */
  private static long limit(String name, String value, Reader reader) {
    if (value.equals("unlimited") || value.equals("never")) {
      return 0;
    }
    try {
      return reader.read(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }

  private static long plain(String text) {
    if (!text.matches("\\d{1,18}")) {
      throw new IllegalArgumentException(
          "'" + text + "' is no number; write digits only, or 'default'");
    }
    return Long.parseLong(text);
  }

  private static long timeNs(String text) {
    Duration time = Quantity.duration(text);
    return time.toDays() > 3650 ? Long.MAX_VALUE : time.toNanos();
  }

  private static Change retryDelay(Change change, String name, String value) {
    if (isDefault(value)) {
      return clear(clear(change, PolicyKey.RETRY_DELAY), PolicyKey.RETRY_DELAY_MAX);
    }
    int dots = value.indexOf("..");
    String first = dots < 0 ? value : value.substring(0, dots);
    Change withFirst =
        set(change, name, PolicyKey.RETRY_DELAY, limit(name, first, PolicyText::timeNs));
    long mostNs = dots < 0 ? 0 : limit(name, value.substring(dots + 2), PolicyText::timeNs);
    return set(withFirst, name, PolicyKey.RETRY_DELAY_MAX, mostNs);
  }

  private static long interval(String name, String value) {
    if (value.equals("unlimited")) {
      return 0;
    }
    int slash = value.indexOf('/');
    long unitNs =
        switch (slash < 0 ? "" : value.substring(slash + 1)) {
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          case "d" -> 86_400_000_000_000L;
          default -> 0;
        };
    if (unitNs > 0 && value.substring(0, slash).matches("[1-9]\\d{0,6}")) {
      return unitNs / Long.parseLong(value.substring(0, slash));
    }
    throw new IllegalArgumentException(
        name + ": '" + value + "' is no rate; write jobs in a time, as 10/s, 5/m, 100/h or 1/d");
  }

  private static Change onEnd(Change change, String name, String value) {
    if (isDefault(value)) {
      return clear(change, PolicyKey.ON_END);
    }
    if (value.equals("bury") || value.equals("drop")) {
      OnEnd onEnd = value.equals("bury") ? OnEnd.BURY : OnEnd.DROP;
      return set(change, name, PolicyKey.ON_END, onEnd.code());
    }
    String tube = value.startsWith("move:") ? value.substring("move:".length()) : "";
    if (tube.isEmpty() || tube.length() > TubeName.BYTES_MAX) {
      throw new IllegalArgumentException(
          name + ": '" + value + "' is nothing to be done; write bury, drop or move:TUBE");
    }
    return new Change(
        change.set().withMoveTo(TubeName.of(tube)),
        change.cleared() & ~(1L << PolicyKey.ON_END.code()));
  }

  /** Why a policy was refused, beginning with its key, and what would be right. */
  public static String reason(PolicyFault fault) {
    return switch (fault) {
      case MOVE_TO_ITSELF ->
          "on-end: jobs cannot be moved to the tube they are in; name another tube, or write bury";
      case MOVE_TO_UNKNOWN ->
          "on-end: there is no tube of that name; create it first, by a put or 'use', or by a"
              + " policy of its own";
      case MOVE_IN_CIRCLE ->
          "on-end: jobs would be moved in a circle; one of its tubes must end with bury or drop";
      case BURST_WITHOUT_RATE -> "burst: there is no rate; set both, as in rate=10/s burst=20";
      case DELAY_MAX_BELOW_DELAY ->
          "retry-delay: the longest is below the first; write the shorter first, as in 1s..5m";
      case ATTEMPTS_BEFORE_DEATHS ->
          "max-deaths: max-attempts would end a job before; set max-attempts to no less"
              + " than max-deaths";
    };
  }

  /** One policy for a person: its name, what holds, and who says so. */
  public record Line(String name, String value, String origin) {}

  /**
   * All policies of a tube, in the order of their keys.
   *
   * @param own what is set for the tube
   * @param defaults what the server's configuration says for all
   */
  public static List<Line> lines(PolicySettings own, PolicySettings defaults) {
    List<Line> lines = new ArrayList<>();
    for (PolicyKey key : PolicyKey.values()) {
      name(key)
          .ifPresent(name -> {
            String origin =
                own.get(key).isPresent()
                    ? "this tube"
                    : defaults.get(key).isPresent() ? "configuration" : "built in";
            lines.add(new Line(name, value(key, own.over(defaults)), origin));
          });
    }
    return lines;
  }

  /** What a key is called; nothing for one that is told with another. */
  private static Optional<String> name(PolicyKey key) {
    return switch (key) {
      case MAX_DEATHS -> Optional.of("max-deaths");
      case MAX_ATTEMPTS -> Optional.of("max-attempts");
      case MAX_TIMEOUTS -> Optional.of("max-timeouts");
      case EXPIRES_AFTER -> Optional.of("expires-after");
      case RETRY_DELAY -> Optional.of("retry-delay");
      case RETRY_DELAY_MAX -> Optional.empty();
      case ON_END -> Optional.of("on-end");
      case MAX_READY -> Optional.of("max-ready");
      case MAX_BYTES -> Optional.of("max-bytes");
      case MAX_RUNNING -> Optional.of("max-running");
      case RATE_INTERVAL -> Optional.of("rate");
      case BURST -> Optional.of("burst");
      case SUSPECT_SHARE -> Optional.of("suspect-share");
    };
  }

  private static String value(PolicyKey key, PolicySettings all) {
    long value = all.get(key).orElse(key.builtIn());
    return switch (key) {
      case MAX_DEATHS, MAX_ATTEMPTS, MAX_TIMEOUTS, MAX_READY, MAX_RUNNING ->
          value == 0 ? "unlimited" : Long.toString(value);
      case BURST -> Long.toString(value);
      case SUSPECT_SHARE -> value + "%";
      case MAX_BYTES -> value == 0 ? "unlimited" : Quantity.text(value);
      case EXPIRES_AFTER -> value == 0 ? "never" : Quantity.text(Duration.ofNanos(value));
      case RETRY_DELAY, RETRY_DELAY_MAX -> {
        long mostNs = all.get(PolicyKey.RETRY_DELAY_MAX).orElse(0);
        String first = Quantity.text(Duration.ofNanos(value));
        yield mostNs <= value ? first : first + ".." + Quantity.text(Duration.ofNanos(mostNs));
      }
      case ON_END ->
          switch (OnEnd.of((int) value)) {
            case BURY -> "bury";
            case DROP -> "drop";
            case MOVE -> "move:" + all.moveTo();
          };
      case RATE_INTERVAL -> value == 0 ? "unlimited" : rate(value);
    };
  }

  private static String rate(long intervalNs) {
    long secondNs = 1_000_000_000L;
    if (intervalNs <= secondNs) {
      return Math.round((double) secondNs / intervalNs) + "/s";
    }
    return intervalNs <= 60 * secondNs
        ? Math.round(60.0 * secondNs / intervalNs) + "/m"
        : intervalNs <= 3600 * secondNs
            ? Math.round(3600.0 * secondNs / intervalNs) + "/h"
            : Math.round(86_400.0 * secondNs / intervalNs) + "/d";
  }
}
