package io.headrace.trials;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.client.ServerAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@code headrace serve} that speaks TLS on a port of loopback, without a data directory. */
final class TlsServer implements AutoCloseable {
  private final Path log;
  private final int port;
  private final Process process;

  private TlsServer(Path log, int port, Process process) {
    this.log = log;
    this.port = port;
    this.process = process;
  }

  /**
   * Starts it, and returns when it listens.
   *
   * @param named what its certificate and key are called
   */
  static TlsServer start(Path folder, Authority authority, String named, String... more)
      throws Exception {
    int port = RunningServer.freePort();
    var words =
        new ArrayList<>(
            List.of(
                Tools.headrace(),
                "serve",
                "--listen",
                "tls:127.0.0.1:" + port,
                "--tls-cert",
                authority.pem(named).toString(),
                "--tls-key",
                authority.key(named).toString(),
                "--durability",
                "none",
                "--admin-listen",
                "none"));
    words.addAll(List.of(more));
    var log = Files.createTempFile(folder, "server-", ".log");
    var server = new TlsServer(log, port, Run.start(words, folder, log));
    boolean listens = false;
    try {
      Await.until("the server listens", server::listens);
      listens = true;
      return server;
    } finally {
      if (!listens) {
        server.close();
      }
    }
  }

  private boolean listens() throws IOException {
    assertThat(process.isAlive()).as(said()).isTrue();
    return said().contains("listens on " + address());
  }

  int port() {
    return port;
  }

  ServerAddress address() {
    return ServerAddress.parse("tls:127.0.0.1:" + port);
  }

  /** What stands in its log. */
  String said() throws IOException {
    return Files.readString(log);
  }

  /** Makes a token by the program, allows it in the file {@code tokens}, and returns it. */
  static String token(Path folder, String name, String... rights) throws IOException {
    var words = new ArrayList<>(List.of(Tools.headrace(), "token", "make", name));
    words.addAll(List.of(rights));
    var made = Run.command(words);
    var lines = made.stdout().lines().toList();
    assertThat(lines).as(made.all()).hasSize(4);
    Files.writeString(folder.resolve("tokens"), lines.get(3) + "\n");
    return lines.get(1);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
