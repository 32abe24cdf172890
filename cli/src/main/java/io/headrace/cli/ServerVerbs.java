package io.headrace.cli;

import io.headrace.client.HeadraceClient;
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
    return talk.facts(HeadraceClient::stats);
  }

  @Command(
      name = "drain",
      description = "Lets the server take no new jobs, so that the workers empty it.",
      footer = {"", "Example:", "  headrace server drain"})
  int drain(
      @Mixin Talk talk,
      @Option(names = "--off", description = "Take new jobs again.") boolean off) {
    return talk.result(client -> {
      client.drain(!off);
      return new Talk.Changed(
          off ? "the server takes new jobs again" : "the server drains: puts are answered DRAINING",
          Map.of("draining", !off));
    });
  }
}
