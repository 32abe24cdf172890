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
      footer = {"", "Examples:", "  headrace server drain", "  headrace server drain --exit"})
  int drain(
      @Mixin Talk talk,
      @Option(names = "--off", description = "Take new jobs again.") boolean off,
      @Option(
              names = "--exit",
              description = "End the server when no job is held, or its drain-timeout is over.")
          boolean exit) {
    if (off && exit) {
      throw new Failure(Exit.USAGE, "--off and --exit contradict each other; give one of them");
    }
    return talk.result(client -> {
      if (exit) {
        client.shutDown();
        return new Talk.Changed(
            "the server ends when the jobs that are held are done, or drain-timeout is over",
            Map.of("draining", true, "ends", true));
      }
      client.drain(!off);
      return new Talk.Changed(
          off ? "the server takes new jobs again" : "the server drains: puts are answered DRAINING",
          Map.of("draining", !off));
    });
  }
}
