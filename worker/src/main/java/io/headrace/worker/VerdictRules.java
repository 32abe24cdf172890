package io.headrace.worker;

import io.headrace.http.Exchange;
import io.headrace.http.Expect;
import io.headrace.http.UnusableRequestException;
import io.headrace.http.Verdict;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What becomes of a job whose request was not answered as expected: by the word of the verdict, or
 * by the status of a whole response. What no rule names is tried again, each time after a longer
 * while.
 */
public final class VerdictRules {
  private static final int STATUS_FIRST = 100;
  private static final int STATUS_LAST = 999;
  private static final Set<String> WHOLE = Set.of("ok", "ok-lenient");

  private final Map<String, Ending> words;
  private final Map<Integer, Ending> statuses;

  private VerdictRules(Map<String, Ending> words, Map<Integer, Ending> statuses) {
    this.words = Map.copyOf(words);
    this.statuses = Map.copyOf(statuses);
  }

  /**
   * Reads rules like {@code truncated=bury}, {@code dns-failed,connect-failed=delay:30s}, {@code
   * 404=delete}, {@code 4xx=bury}.
   *
   * @param durations reads a time
   * @throws IllegalArgumentException when one is none or contradicts another, with a message for
   *     whoever wrote it
   */
  public static VerdictRules of(List<String> rules, Function<String, Duration> durations) {
    var words = new HashMap<String, Ending>();
    var statuses = new HashMap<Integer, Ending>();
    for (var rule : rules) {
      var where = "--on-verdict '" + rule + "'";
      int equals = rule.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException(
            where + " is no rule; write CLASS=WHAT, as in --on-verdict 404=bury");
      }
      var ending =
          EndingWord.read(
              where, rule.substring(equals + 1), "delete, release, bury or delay:TIME", durations);
      for (var part : rule.substring(0, equals).split(",", -1)) {
        if (Verdict.FAILURES.contains(part) || part.equals(Exchange.UNEXPECTED_STATUS)) {
          add(words, part, ending, where);
        } else {
          var expect = statuses(where, part);
          for (int status = STATUS_FIRST; status <= STATUS_LAST; status++) {
            if (expect.matches(status)) {
              add(statuses, status, ending, where);
            }
          }
        }
      }
    }
    return new VerdictRules(words, statuses);
  }

  private static <K> void add(Map<K, Ending> endings, K key, Ending ending, String where) {
    var other = endings.putIfAbsent(key, ending);
    if (other != null && !other.equals(ending)) {
      throw new IllegalArgumentException(
          where + " contradicts another rule for " + key + "; keep one");
    }
  }

  private static Expect statuses(String where, String part) {
    if (WHOLE.contains(part)) {
      throw new IllegalArgumentException(
          where
              + ": "
              + part
              + " with a status that is expected always deletes the job; name statuses, as in 404");
    }
    try {
      return Expect.parse(part);
    } catch (UnusableRequestException e) {
      var known = new TreeSet<>(Verdict.FAILURES);
      known.add(Exchange.UNEXPECTED_STATUS);
      throw new IllegalArgumentException(
          where
              + ": there is no verdict '"
              + part
              + "'; there are "
              + String.join(", ", known)
              + ", and statuses: 404, 4xx, 500-599",
          e);
    }
  }

  /** What this one means, which is not as expected. */
  Ending of(Exchange exchange) {
    var release = new Ending.Release();
    if (!exchange.verdict().isWhole()) {
      return words.getOrDefault(exchange.verdict().word(), release);
    }
    var unexpected = words.getOrDefault(Exchange.UNEXPECTED_STATUS, release);
    return statuses.getOrDefault(exchange.response().status().orElse(0), unexpected);
  }
}
