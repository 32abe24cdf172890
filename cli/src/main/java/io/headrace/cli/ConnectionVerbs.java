package io.headrace.cli;

import io.headrace.client.HeadraceClient;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code headrace connection …}: who talks to the server. */
@Command(name = "connection", description = "Looks at connections and closes them.")
final class ConnectionVerbs {
  @Command(
      name = "list",
      description = "Lists all connections.",
      footer = {"", "Example:", "  headrace connection list"})
  int list(@Mixin Talk talk) {
    return talk.rows("there is no connection", HeadraceClient::listConnections);
  }

  @Command(
      name = "close",
      description = "Closes a connection: the jobs that it holds become ready.",
      footer = {"", "Example:", "  headrace connection close 17"})
  int close(
      @Mixin Talk talk,
      @Parameters(paramLabel = "ID", description = "Its number in the list.") long id) {
    return talk.result(client -> {
      if (!client.closeConnection(id)) {
        throw new Failure(
            Exit.NO, "there is no connection " + id + "; 'headrace connection list' shows them");
      }
      return new Talk.Changed("connection " + id + " closed", Map.of("id", id, "result", "closed"));
    });
  }
}
