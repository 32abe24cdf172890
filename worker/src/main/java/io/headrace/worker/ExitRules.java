package io.headrace.worker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** What each exit code of a script means for its job. Code 0 deletes it, always. */
public final class ExitRules {
  /** EX_TEMPFAIL of sysexits.h: try again later. */
  public static final int TEMPORARY = 75;

  private static final int CODE_MAX = 255;

  private final Map<Integer, Ending> endings;

  private ExitRules(Map<Integer, Ending> endings) {
    this.endings = Map.copyOf(endings);
  }

  /** Without rules of anybody: {@link #TEMPORARY} waits as its tube says, all else longer. */
  public static ExitRules usual() {
    return new ExitRules(Map.of(TEMPORARY, new Ending.Retry()));
  }

  /**
   * Reads rules like {@code 1=bury}, {@code 2,3=delay:30s}, {@code 100-110=delete}.
   *
   * @param durations reads a time
   * @throws IllegalArgumentException when one is none or contradicts another, with a message for
   *     whoever wrote it
   */
  public static ExitRules of(List<String> rules, Function<String, Duration> durations) {
    var endings = new TreeMap<Integer, Ending>();
    for (var rule : rules) {
      int equals = rule.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException(
            "--on-exit '" + rule + "' is no rule; write CODE=WHAT, as in --on-exit 3=bury");
      }
      var ending = ending("--on-exit '" + rule + "'", rule.substring(equals + 1), durations);
      for (int code : codes(rule, rule.substring(0, equals))) {
        var other = endings.putIfAbsent(code, ending);
        if (other != null && !other.equals(ending)) {
          throw new IllegalArgumentException(
              "--on-exit '" + rule + "' contradicts another rule for exit " + code + "; keep one");
        }
      }
    }
    endings.putIfAbsent(TEMPORARY, new Ending.Retry());
    return new ExitRules(endings);
  }

  private static Ending ending(String where, String word, Function<String, Duration> durations) {
    return word.equals("died")
        ? new Ending.Died()
        : EndingWord.read(where, word, "delete, release, bury, died or delay:TIME", durations);
  }

  private static Set<Integer> codes(String rule, String text) {
    var codes = new TreeSet<Integer>();
    for (var part : text.split(",", -1)) {
      int dash = part.indexOf('-');
      int first = code(rule, dash < 0 ? part : part.substring(0, dash));
      int last = dash < 0 ? first : code(rule, part.substring(dash + 1));
      if (last < first) {
        throw new IllegalArgumentException(
            "--on-exit '" + rule + "': " + part + " runs backwards; write the smaller code first");
      }
      for (int code = first; code <= last; code++) {
        codes.add(code);
      }
    }
    return codes;
  }

  private static int code(String rule, String text) {
    if (text.matches("\\d{1,3}")) {
      int code = Integer.parseInt(text);
      if (code == 0) {
        throw new IllegalArgumentException(
            "--on-exit '" + rule + "': exit 0 always deletes the job; take the rule away");
      }
      if (code <= CODE_MAX) {
        return code;
      }
    }
    throw new IllegalArgumentException(
        "--on-exit '" + rule + "': '" + text + "' is no exit code; write 1 to 255, or 3-9");
  }

  /** What this code means. */
  public Ending of(int code) {
    return endings.getOrDefault(code, new Ending.Release());
  }
}
