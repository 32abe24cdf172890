package io.headrace.trials;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A client for scripts, in {@code clients/}, and the script that makes one call of it. */
enum ScriptClient {
  BASH(1000, "bash/fault.bash") {
    @Override
    List<String> calls() {
      return IN_BOTH;
    }
  },
  PERL(100, "perl/fault.pl") {
    @Override
    List<String> calls() {
      return Stream.of(IN_BOTH, IN_PERL).flatMap(List::stream).toList();
    }
  };

  private static final List<String> IN_BOTH =
      List.of(
          "put",
          "reserve",
          "reserve_job",
          "touch",
          "release",
          "bury",
          "delete",
          "kick",
          "kick_job",
          "use",
          "watch",
          "ignore",
          "stats",
          "stats_tube",
          "list_tubes");
  private static final List<String> IN_PERL =
      List.of(
          "peek",
          "peek_ready",
          "peek_delayed",
          "peek_buried",
          "stats_job",
          "list_tubes_watched",
          "tube_used",
          "pause_tube");

  /** The beginning of the request that the script's call sends, where it is not its name. */
  private static final Map<String, String> REQUESTS =
      Map.of(
          "put", "put 7 ",
          "reserve", "reserve-with-timeout 1\r\n",
          "use", "use %s.more\r\n",
          "watch", "watch %s.more\r\n",
          "ignore", "ignore %s.more\r\n",
          "stats", "stats\r\n",
          "list_tubes", "list-tubes\r\n",
          "tube_used", "list-tube-used\r\n");

  /** The beginning of a reply to it. */
  private static final Map<String, String> REPLIES =
      Map.ofEntries(
          Map.entry("put", "INSERTED 1\r\n"),
          Map.entry("reserve", "RESERVED 1 1\r\nx\r\n"),
          Map.entry("reserve_job", "RESERVED 18446744073709551615 1\r\nx\r\n"),
          Map.entry("touch", "TOUCHED\r\n"),
          Map.entry("release", "RELEASED\r\n"),
          Map.entry("bury", "BURIED\r\n"),
          Map.entry("delete", "DELETED\r\n"),
          Map.entry("kick", "KICKED 1\r\n"),
          Map.entry("kick_job", "KICKED\r\n"),
          Map.entry("use", "USING %s.more\r\n"),
          Map.entry("watch", "WATCHING 2\r\n"),
          Map.entry("ignore", "WATCHING 1\r\n"),
          Map.entry("stats", "OK 1\r\nx\r\n"),
          Map.entry("stats_tube", "OK 1\r\nx\r\n"),
          Map.entry("list_tubes", "OK 1\r\nx\r\n"),
          Map.entry("peek", "FOUND 18446744073709551615 1\r\nx\r\n"),
          Map.entry("peek_ready", "FOUND 1 1\r\nx\r\n"),
          Map.entry("peek_delayed", "FOUND 1 1\r\nx\r\n"),
          Map.entry("peek_buried", "FOUND 1 1\r\nx\r\n"),
          Map.entry("stats_job", "OK 1\r\nx\r\n"),
          Map.entry("list_tubes_watched", "OK 1\r\nx\r\n"),
          Map.entry("tube_used", "USING x\r\n"),
          Map.entry("pause_tube", "PAUSED\r\n"));

  private final int slackMs;
  private final String script;

  ScriptClient(int slackMs, String script) {
    this.slackMs = slackMs;
    this.script = script;
  }

  /** The calls that the script knows by these names, but for {@code connect}. */
  abstract List<String> calls();

  /** How much later than its deadline a call may return, on a machine that does nothing else. */
  int slackMs() {
    return slackMs;
  }

  /** How its files end. */
  String suffix() {
    return script.substring(script.indexOf('.') + 1);
  }

  String script() {
    return Tools.root().resolve("trials/interop").resolve(script).toString();
  }

  static String requestOf(String call, String tube) {
    return REQUESTS.getOrDefault(call, call.replace('_', '-')).formatted(tube);
  }

  static String replyTo(String call, String tube) {
    return REPLIES.getOrDefault(call, "").formatted(tube);
  }
}
