package io.headrace.cli;

import io.headrace.client.HeadraceClient;
import io.headrace.client.UnexpectedReply;
import java.util.Map;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code headrace connection …}: who talks to the server. */
@Command(
    name = "connection",
    description = "Looks at connections, keeps their last bytes, and closes them.")
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

  @Command(
      name = "capture",
      description = {
        "Keeps the last bytes that a connection has sent and was sent, to be looked at.",
        ""
      },
      footer = {"", "Example:", "  headrace connection capture 17"})
  int capture(
      @Mixin Talk talk,
      @Parameters(paramLabel = "ID", description = "Its number in the list.") long id) {
    return talk.result(client -> {
      long capture =
          taken(client, id)
              .orElseThrow(() ->
                  new Failure(
                      Exit.NO,
                      "there is no connection " + id + "; 'headrace connection list' shows them"));
      return new Talk.Changed(
          "capture " + capture + "; 'headrace capture show " + capture + "' shows it",
          Map.of("id", id, "capture", capture));
    });
  }

  private static OptionalLong taken(HeadraceClient client, long id) {
    try {
      return client.captureConnection(id);
    } catch (UnexpectedReply e) {
      if (e.reply().equals("NOT_RECORDED")) {
        throw new Failure(
            Exit.NO, "the server remembers no bytes: it was started with recorder = none", e);
      }
      throw e;
    }
  }
}
