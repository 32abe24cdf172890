package io.headrace.trials;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a client's script told of one call while something went wrong.
 *
 * @param ms how long it ran
 */
record ScriptRun(Run.Outcome outcome, long ms) {

  private static final Pattern CALL =
      Pattern.compile("(first|second|again) (\\d+) (known|unknown) (\\d+) (\\d+) ?(.*)");

  /**
   * How one call ended.
   *
   * @param status 0 done, 1 no, 2 wrong use, 3 unreachable or dead
   * @param known whether the client says that the call was done, or was not
   * @param fromMs when it began, since the epoch
   */
  record Call(int status, boolean known, long fromMs, long ms, String message) {
    /** How late it may be on this machine. */
    private long lateMs(ScriptClient client, Lateness lateness) {
      return client.slackMs() + lateness.msWithin(fromMs, ms);
    }
  }

  static ScriptRun of(List<String> words) {
    long fromMs = System.currentTimeMillis();
    var outcome = Run.command(words);
    return new ScriptRun(outcome, System.currentTimeMillis() - fromMs);
  }

  /** The call of this name; one that no client can make when the script did not come so far. */
  Call call(String name) {
    return outcome
        .stdout()
        .lines()
        .map(CALL::matcher)
        .filter(line -> line.matches() && line.group(1).equals(name))
        .map(line ->
            new Call(
                Integer.parseInt(line.group(2)),
                line.group(3).equals("known"),
                Long.parseLong(line.group(4)),
                Long.parseLong(line.group(5)),
                line.group(6)))
        .findFirst()
        .orElse(new Call(-1, false, 0, Long.MAX_VALUE, "never made"));
  }

  /** The id of a job whose put was acknowledged. */
  Optional<Long> job(String name) {
    return outcome
        .stdout()
        .lines()
        .filter(line -> line.matches(name + " \\d+"))
        .map(line -> Long.parseLong(line.substring(name.length() + 1)))
        .findFirst();
  }

  /** What the script says to have restored, or nothing. */
  Optional<List<String>> restored() {
    return outcome
        .stdout()
        .lines()
        .filter(line -> line.startsWith("restored "))
        .map(line -> List.of(line.substring("restored ".length()).split(" ", -1)))
        .findFirst();
  }

  /** What is wrong with a call that no reply came to, and with the next one. */
  List<String> problems(ScriptClient client, long deadlineMs, Lateness lateness) {
    var problems = new ArrayList<String>();
    var first = call("first");
    var second = call("second");
    long lateMs = first.lateMs(client, lateness);
    if (first.status() != 3) {
      problems.add("the call returned " + first.status());
    }
    if (first.ms() > deadlineMs + lateMs) {
      problems.add(
          "the call took %d ms; its deadline is %d, and %d more are allowed"
              .formatted(first.ms(), deadlineMs, lateMs));
    }
    if (second.status() != 3 || !second.known() || second.ms() > second.lateMs(client, lateness)) {
      problems.add("the next call did not fail fast: " + second);
    }
    var cause = first.message().replaceFirst("; whether .*", "");
    if (cause.isEmpty() || !second.message().contains(cause)) {
      problems.add("the next call does not tell the first cause: " + second);
    }
    return problems;
  }
}
