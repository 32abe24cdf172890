package io.headrace.cli;

import io.headrace.journal.RecoveryListener;
import io.headrace.server.ConnectionOptions;
import io.headrace.server.HeadraceServer;
import io.headrace.server.JournalPlace;
import io.headrace.server.ListenException;
import io.headrace.server.ServerEnd;
import io.headrace.server.ServerOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The server of this process, and what signals do to it. */
final class RunningServer {
  private final CompletableFuture<HeadraceServer> started = new CompletableFuture<>();
  private volatile int codeOfStop = Exit.DONE;

  private RunningServer() {}

  /**
   * Starts it; from then on it takes no more puts after SIGUSR1, which would end the process when
   * it came between the first connection and a handler. Throws {@link ListenException}, or {@code
   * JournalException} with its message.
   *
   * @param handlers called before anybody can connect, to say what signals do; until then they end
   *     the process, so that a long recovery can be broken off
   * @param drainFor how long it waits for the jobs that are held when a client ends it; empty where
   *     no client may
   */
  static RunningServer start(
      ServerPlan plan,
      LogLevel level,
      RecoveryListener progress,
      Consumer<RunningServer> handlers,
      Optional<Duration> drainFor) {
    level.choose();
    var options =
        new ServerOptions(
            Version.text(),
            plan.listen(),
            plan.data().map(path -> new JournalPlace(path, plan.durability(), plan.segmentBytes())),
            plan.maxJobBytes(),
            plan.memoryBytes(),
            plan.jobsMax(),
            plan.connections(),
            plan.policy(),
            plan.events(),
            plan.recorder(),
            plan.admin(),
            plan.peers(),
            plan.security(),
            plan.keys());
    var running = new RunningServer();
    Signals.on(
        () -> {
          var _ = running.started.thenAccept(server -> server.drain(true));
        },
        "USR1");
    boolean _ =
        running.started.complete(
            HeadraceServer.start(options, progress, drainFor, () -> handlers.accept(running)));
    return running;
  }

  /** The server, once it listens. */
  private HeadraceServer server() {
    return started.join();
  }

  List<String> addresses() {
    return server().addresses();
  }

  /** Where metrics are told, if they are. */
  Optional<String> adminAddress() {
    return server().adminAddress();
  }

  /** How many connections it takes. */
  ConnectionOptions connections() {
    return server().connections();
  }

  /** How many files and sockets this process may have. */
  long descriptorsMax() {
    return server().descriptorsMax();
  }

  /** Stops cleanly at this signal, and then ends with this code. */
  void stopOn(String signal, int code) {
    Signals.on(
        () -> {
          codeOfStop = code;
          server().close();
        },
        signal);
  }

  /**
   * Stops at this signal when the jobs that are held are done, or after this time, and then ends
   * with 0; at once when it is told a second time.
   */
  void stopGentlyOn(String signal, Duration drainFor) {
    Signals.on(() -> server().stop(drainFor), signal);
  }

  /** Waits for the end; returns what the process should end with. */
  int awaitEnd() {
    return switch (server().awaitEnd()) {
      case ServerEnd.Stopped _ -> codeOfStop;
      case ServerEnd.Failed(var exitCode, _) -> exitCode;
    };
  }
}
