package io.headrace.cli;

import io.headrace.journal.RecoveryListener;
import io.headrace.server.HeadraceServer;
import io.headrace.server.JournalPlace;
import io.headrace.server.ListenException;
import io.headrace.server.ServerEnd;
import io.headrace.server.ServerOptions;
import java.util.List;
import java.util.Optional;

/** The server of this process, and what signals do to it. */
final class RunningServer {
  private final HeadraceServer server;
  private volatile int codeOfStop = Exit.DONE;

  private RunningServer(HeadraceServer server) {
    this.server = server;
  }

  /** Starts it. Throws {@link ListenException}, or {@code JournalException} with its message. */
  static RunningServer start(ServerPlan plan, LogLevel level, RecoveryListener progress) {
    level.choose();
    var options =
        new ServerOptions(
            Version.text(),
            plan.listen(),
            plan.data().map(path -> new JournalPlace(path, plan.durability(), plan.segmentBytes())),
            plan.maxJobBytes(),
            plan.memoryBytes(),
            plan.jobsMax(),
            plan.connectionsMax(),
            plan.policy(),
            plan.events(),
            plan.recorder(),
            plan.admin());
    return new RunningServer(HeadraceServer.start(options, progress));
  }

  List<String> addresses() {
    return server.addresses();
  }

  /** Where metrics are told, if they are. */
  Optional<String> adminAddress() {
    return server.adminAddress();
  }

  /** Stops cleanly at this signal, and then ends with this code. */
  void stopOn(String signal, int code) {
    Signals.on(
        () -> {
          codeOfStop = code;
          server.close();
        },
        signal);
  }

  /** Takes no more puts after SIGUSR1. */
  void drainOnSigusr1() {
    Signals.on(() -> server.drain(true), "USR1");
  }

  /** Waits for the end; returns what the process should end with. */
  int awaitEnd() {
    return switch (server.awaitEnd()) {
      case ServerEnd.Stopped _ -> codeOfStop;
      case ServerEnd.Failed(var exitCode, _) -> exitCode;
    };
  }
}
