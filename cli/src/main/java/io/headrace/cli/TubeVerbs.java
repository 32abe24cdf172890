package io.headrace.cli;

import io.headrace.client.HeadraceClient;
import io.headrace.client.PolicyResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace tube …}: what can be done to whole tubes. */
@Command(
    name = "tube",
    description = "Looks at tubes, sets their policies, pauses them and clears them.")
final class TubeVerbs {
  private static final List<String> COUNTS =
      List.of("ready", "reserved", "delayed", "buried", "urgent");

  @Command(
      name = "list",
      description = "Lists all tubes with their jobs.",
      footer = {"", "Example:", "  headrace tube list"})
  int list(@Mixin Talk talk) {
    return talk.rows("there is no tube", TubeVerbs::rows);
  }

  private static List<Map<String, String>> rows(HeadraceClient client) {
    var rows = new ArrayList<Map<String, String>>();
    for (var tube : client.listTubes()) {
      client.statsTube(tube).ifPresent(facts -> rows.add(row(tube, facts)));
    }
    return rows;
  }

  private static Map<String, String> row(String tube, Map<String, String> facts) {
    var row = new LinkedHashMap<String, String>();
    row.put("name", tube);
    for (var count : COUNTS) {
      row.put(count, facts.getOrDefault("current-jobs-" + count, "?"));
    }
    row.put("total", facts.getOrDefault("total-jobs", "?"));
    row.put("watching", facts.getOrDefault("current-watching", "?"));
    row.put("waiting", facts.getOrDefault("current-waiting", "?"));
    row.put("pause-left", facts.getOrDefault("pause-time-left", "?"));
    return row;
  }

  @Command(
      name = "stats",
      description = "Prints what is to be known of a tube.",
      footer = {"", "Example:", "  headrace tube stats mail"})
  int stats(
      @Mixin Talk talk, @Parameters(paramLabel = "TUBE", description = "The tube.") String tube) {
    return talk.facts(client -> client.showTube(tube).orElseThrow(() -> noTube(tube)));
  }

  @Command(
      name = "show",
      description = "Prints the policies of a tube, where each comes from, its health and counts.",
      footer = {"", "Example:", "  headrace tube show mail"})
  int show(
      @Mixin Talk talk, @Parameters(paramLabel = "TUBE", description = "The tube.") String tube) {
    return talk.result(client -> {
      var facts = client.showTube(tube).orElseThrow(() -> noTube(tube));
      var shown = TubePolicies.of(facts);
      return new Talk.Changed(shown.text(), shown.json());
    });
  }

  @Command(
      name = "set",
      description = {
        "Sets policies of a tube, which is made if there is none: all of them, or none.",
        "A value of 'default' takes one back. 'headrace tube show' lists what holds.",
        ""
      },
      footer = {
        "",
        "Examples:",
        "  headrace tube set mail max-deaths=5 retry-delay=1s..5m",
        "  headrace tube set mail rate=10/s burst=20",
        "  headrace tube set mail on-end=move:failed max-deaths=default"
      })
  int set(
      @Mixin Talk talk,
      @Parameters(index = "0", paramLabel = "TUBE", description = "The tube.") String tube,
      @Parameters(
              index = "1..*",
              arity = "1..*",
              paramLabel = "KEY=VALUE",
              description =
                  "max-deaths, max-attempts, max-timeouts, expires-after, retry-delay, on-end,"
                      + " max-ready, max-bytes, max-running, rate, burst or suspect-share.")
          List<String> words) {
    return talk.result(client ->
        switch (client.setTube(tube, words)) {
          case PolicyResult.Done _ ->
              new Talk.Changed(
                  "tube " + tube + ": " + String.join(" ", words) + " set",
                  Map.of("name", tube, "set", words));
          case PolicyResult.Bad(var reason) -> throw new Failure(Exit.USAGE, reason);
          case PolicyResult.OutOfMemory _ ->
              throw new Failure(
                  Exit.NO, "the server has no room for a tube more; nothing was changed");
        });
  }

  @Command(
      name = "pause",
      description = "Lets no job of a tube be reserved for a time.",
      footer = {
        "",
        "Examples:",
        "  headrace tube pause mail --for 10m",
        "  headrace tube pause mail --for 0        ends the pause"
      })
  int pause(
      @Mixin Talk talk,
      @Parameters(paramLabel = "TUBE", description = "The tube.") String tube,
      @Option(
              names = "--for",
              paramLabel = "TIME",
              required = true,
              converter = Talk.Seconds.class,
              description = "How long; 0 ends the pause.")
          Duration time) {
    return talk.result(client -> {
      if (!client.pauseTube(tube, time)) {
        throw noTube(tube);
      }
      return new Talk.Changed(
          time.isZero()
              ? "tube " + tube + " goes on"
              : "tube " + tube + " pauses for " + time.toSeconds() + " s",
          Map.of("name", tube, "pause", time.toSeconds()));
    });
  }

  @Command(
      name = "clear",
      description = "Deletes every job of a tube that nobody holds.",
      footer = {"", "Example:", "  headrace tube clear mail --yes"})
  int clear(
      @Mixin Talk talk,
      @Parameters(paramLabel = "TUBE", description = "The tube.") String tube,
      @Option(names = "--yes", description = "Yes, delete them.") boolean yes) {
    return talk.result(client -> {
      var facts = client.statsTube(tube).orElseThrow(() -> noTube(tube));
      if (!yes) {
        throw new Failure(
            Exit.USAGE,
            "tube "
                + tube
                + " holds "
                + held(facts)
                + "; this would delete them for good. Say --yes to do it");
      }
      long cleared = client.clearTube(tube).orElseThrow(() -> noTube(tube));
      return new Talk.Changed(
          "tube " + tube + " cleared of " + cleared + " jobs",
          Map.of("name", tube, "cleared", cleared));
    });
  }

  private static String held(Map<String, String> facts) {
    long jobs = 0;
    for (var state : List.of("ready", "delayed", "buried")) {
      jobs += Long.parseLong(facts.getOrDefault("current-jobs-" + state, "0"));
    }
    return jobs + " jobs that nobody works on";
  }

  static Failure noTube(String tube) {
    return new Failure(Exit.NO, "there is no tube " + tube + "; 'headrace tube list' shows them");
  }
}
