package io.headrace.trials;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The bytes that a server replied, read as replies, with what may differ between two servers of the
 * same behaviour made equal: values of time and place, quotes around strings (1.13 sets them, 1.12
 * does not), keys that beanstalkd has not, and the order in which tubes are listed. All else is
 * kept as it came, so that equal texts mean equal bytes.
 */
final class MaskedReplies {

  private static final Pattern WITH_BODY =
      Pattern.compile("(?:(?:RESERVED|FOUND) \\d+|OK) (\\d{1,9})");

  /** What {@code stats}, {@code stats-tube} and {@code stats-job} of beanstalkd 1.12 hold. */
  private static final Set<String> KEYS =
      Set.of(
          ("current-jobs-urgent current-jobs-ready current-jobs-reserved current-jobs-delayed"
                  + " current-jobs-buried cmd-put cmd-peek cmd-peek-ready cmd-peek-delayed"
                  + " cmd-peek-buried cmd-reserve cmd-reserve-with-timeout cmd-delete cmd-release"
                  + " cmd-use cmd-watch cmd-ignore cmd-bury cmd-kick cmd-touch cmd-stats"
                  + " cmd-stats-job cmd-stats-tube cmd-list-tubes cmd-list-tube-used"
                  + " cmd-list-tubes-watched cmd-pause-tube job-timeouts total-jobs max-job-size"
                  + " current-tubes current-connections current-producers current-workers"
                  + " current-waiting total-connections pid version rusage-utime rusage-stime"
                  + " uptime binlog-oldest-index binlog-current-index binlog-records-migrated"
                  + " binlog-records-written binlog-max-size draining id hostname os platform"
                  + " name current-using current-watching pause pause-time-left"
                  + " tube state pri age delay ttr time-left file reserves timeouts releases"
                  + " buries kicks")
              .split(" ", -1));

  /** Values of time, of the machine, and of connections that may not be gone yet. */
  private static final Set<String> MASKED =
      Set.of(
          "pid",
          "version",
          "rusage-utime",
          "rusage-stime",
          "uptime",
          "binlog-oldest-index",
          "binlog-current-index",
          "binlog-records-migrated",
          "binlog-records-written",
          "binlog-max-size",
          "hostname",
          "os",
          "platform",
          "total-connections",
          "current-connections",
          "cmd-stats",
          "age",
          "time-left",
          "pause-time-left",
          "file");

  private MaskedReplies() {}

  /** Reads a whole stream of replies. */
  static List<String> of(String bytes) {
    var replies = new ArrayList<String>();
    int at = 0;
    while (at < bytes.length()) {
      int end = bytes.indexOf("\r\n", at);
      if (end < 0) {
        replies.add("[no CRLF] " + bytes.substring(at));
        return replies;
      }
      var line = bytes.substring(at, end);
      at = end + 2;
      var matcher = WITH_BODY.matcher(line);
      if (!matcher.matches()) {
        replies.add(line);
        continue;
      }
      int bodyEnd = at + Integer.parseInt(matcher.group(1));
      if (bodyEnd + 2 > bytes.length() || !bytes.startsWith("\r\n", bodyEnd)) {
        replies.add("[body not of the length said] " + line + " " + bytes.substring(at));
        return replies;
      }
      replies.add(reply(line, bytes.substring(at, bodyEnd)));
      at = bodyEnd + 2;
    }
    return replies;
  }

  /** Reads one reply that was already told apart. */
  static String of(Talk.Reply reply) {
    return WITH_BODY.matcher(reply.line()).matches()
        ? reply(reply.line(), reply.body())
        : reply.line();
  }

  private static String reply(String line, String body) {
    if (!line.startsWith("OK ")) {
      return line + " " + body;
    }
    if (!body.startsWith("---\n") || !body.endsWith("\n")) {
      return "[not YAML] " + line + " " + body;
    }
    var lines = body.substring(4).lines().toList();
    return lines.stream().allMatch(item -> item.startsWith("- "))
        ? "OK list " + lines.stream().sorted().collect(Collectors.joining(" "))
        : "OK " + lines.stream().filter(MaskedReplies::isKnown).map(MaskedReplies::masked).toList();
  }

  private static boolean isKnown(String item) {
    return KEYS.contains(key(item));
  }

  private static String masked(String item) {
    var key = key(item);
    var value = item.substring(Math.min(item.length(), key.length() + 2));
    if (MASKED.contains(key) || (key.equals("id") && !value.matches("\\d{1,15}"))) {
      return key + "=?";
    }
    return key + "=" + value.replace("\"", "");
  }

  private static String key(String item) {
    int colon = item.indexOf(": ");
    return colon < 0 ? item : item.substring(0, colon);
  }
}
