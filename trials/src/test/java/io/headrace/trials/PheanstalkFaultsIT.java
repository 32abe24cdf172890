package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What pheanstalk does under some of the faults of {@link JobClientFaultsIT}: a table for {@code
 * docs/java-client.md}. Shown, not judged; only with {@code -Dheadrace.trials.faults=all}.
 */
final class PheanstalkFaultsIT {
  private static final String HANGS_S = "10";
  private static final Pattern SAID = Pattern.compile("(kept|struck|next) (\\d+) (id )?(.*)");

  @TempDir Path folder;

  @Test
  @EnabledIfSystemProperty(named = "headrace.trials.faults", matches = "all")
  void pheanstalk_under_faults_is_shown() throws Exception {
    Map<String, Fault> faults = new LinkedHashMap<>();
    faults.put("a stall before the request", new Fault.StallBeforeRequest());
    faults.put("a stall after the request", new Fault.StallAfterRequest());
    faults.put("a stall in the reply", new Fault.StallInReply(5));
    faults.put("a byte a second", new Fault.Drip(Duration.ofSeconds(1)));
    faults.put("a reset", new Fault.Reset());
    faults.put("a close", new Fault.Fin());
    faults.put("a reply to something else", new Fault.Garbage("DELETED\r\n"));
    faults.put("a reply too many", new Fault.Surplus("INSERTED 999999\r\n"));
    faults.put("an empty line", new Fault.Garbage("\r\n"));
    var rows = new ArrayList<String>();
    try (var server = RunningServer.of(Peer.HEADRACE, folder).start()) {
      for (var named : faults.entrySet()) {
        rows.add(row(named.getKey(), named.getValue(), server));
      }
    }
    System.out.println(String.join("\n", rows));
    assertThat(rows).hasSameSizeAs(faults.entrySet());
  }

  private static String row(String name, Fault fault, RunningServer server) throws IOException {
    Tools.requireFile(
        Path.of("/usr/share/php/Pheanstalk/autoload.php"), "apt install php-pda-pheanstalk");
    var script = Tools.root().resolve("trials/interop/php/fault.php").toString();
    try (var relay = FaultyRelay.to(server.port(), "put 7 ", fault)) {
      var tube = "pheanstalk." + name.replace(' ', '-');
      var outcome =
          Run.command(
              List.of(
                  "timeout",
                  HANGS_S,
                  Tools.require("php", "apt install php-cli"),
                  script,
                  "127.0.0.1",
                  Integer.toString(relay.port()),
                  tube));
      return "| "
          + name
          + " | "
          + said(outcome, "struck", server)
          + twice(tube, server)
          + " | "
          + said(outcome, "next", server)
          + " |";
    }
  }

  /** Whether there are more jobs than three puts can have made. */
  private static String twice(String tube, RunningServer server) throws IOException {
    try (var talk = server.connect()) {
      return Told.number(talk, "stats-tube " + tube, "total-jobs") > 3 ? ", **twice**" : "";
    }
  }

  /** What it said of a put, and whether that is true. */
  private static String said(Run.Outcome outcome, String body, RunningServer server)
      throws IOException {
    for (var line : outcome.stdout().lines().toList()) {
      var matcher = SAID.matcher(line);
      if (matcher.matches() && matcher.group(1).equals(body)) {
        var told = matcher.group(4);
        if (matcher.group(3) == null) {
          return "tells after " + matcher.group(2) + " ms: " + told;
        }
        try (var talk = server.connect()) {
          return talk.ask("peek " + told).body().equals(body)
              ? "done, " + matcher.group(2) + " ms"
              : "**lies**: gives the id " + told + ", which is another's";
        }
      }
    }
    return outcome.exit() == 124 ? "hangs" : "-";
  }
}
