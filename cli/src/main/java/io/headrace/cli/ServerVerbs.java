package io.headrace.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code headrace server …}: the server as a whole. */
@Command(name = "server", description = "Looks at the server and empties it.")
final class ServerVerbs {
  @Command(
      name = "stats",
      description = "Prints the server's statistics.",
      footer = {"", "Example:", "  headrace server stats --json"})
  int stats(@Mixin Talk talk) {
    try (var client = talk.connect()) {
      talk.output().facts(client.stats());
      return Exit.DONE;
    }
  }

  @Command(
      name = "drain",
      description = "Lets the server take no new jobs, so that the workers empty it.",
      footer = {"", "Example:", "  headrace server drain"})
  int drain(
      @Mixin Talk talk,
      @Option(names = "--off", description = "Take new jobs again.") boolean off) {
    try (var client = talk.connect()) {
      client.drain(!off);
      talk.output()
          .result(
              off
                  ? "the server takes new jobs again"
                  : "the server drains: puts are answered DRAINING",
              Map.of("draining", !off));
      return Exit.DONE;
    }
  }
}
