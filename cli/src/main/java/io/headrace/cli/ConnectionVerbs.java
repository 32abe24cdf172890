package io.headrace.cli;

import io.headrace.client.HeadraceClient;
import io.headrace.client.UnexpectedReply;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code headrace connection …}: who talks to the server. */
@Command(
    name = "connection",
    description = "Looks at connections, keeps their last bytes, and closes them.")
final class ConnectionVerbs {
  @Command(
      name = "list",
      description = {
        "Lists all connections, and how they do: healthy; lossy, segments are sent",
        "again; slow-reader, takes no replies; stalled, the network is silent;",
        "half-open, has ended its side. Times are seconds. --json has more of each.",
        ""
      },
      footer = {
        "",
        "Examples:",
        "  headrace connection list",
        "  headrace connection list --ill --watch 2s"
      })
  int list(
      @Mixin Talk talk,
      @Option(names = "--ill", description = "Only those that are not healthy.") boolean ill,
      @Option(
              names = "--watch",
              paramLabel = "TIME",
              converter = Talk.Seconds.class,
              description = "List them again and again, after so long, until Ctrl-C.")
          Optional<Duration> watch) {
    try (var client = talk.connect()) {
      while (true) {
        var rows = ConnectionList.chosen(ConnectionList.of(client), ill);
        talk.output()
            .rows(
                talk.output().json() ? rows : ConnectionList.brief(rows),
                ill ? "all connections are healthy" : "there is no connection");
        if (watch.isEmpty()) {
          return Exit.DONE;
        }
        pause(watch.get());
      }
    }
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(Exit.NO, "it was interrupted", e);
    }
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
