package io.headrace.trials;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * beanstalkd and Headrace, both with nothing but memory, told the same things in the same order: so
 * that ids and counters stay the same too. Whoever finds a difference calls {@link #restart}.
 */
final class SideBySide implements AutoCloseable {

  private final Path folder;
  private final List<RunningServer> servers = new ArrayList<>();
  private final List<Talk> controls = new ArrayList<>();

  SideBySide(Path folder) throws IOException {
    this.folder = folder;
    start();
  }

  private void start() throws IOException {
    for (var peer : List.of(Peer.BEANSTALKD, Peer.HEADRACE)) {
      var server = RunningServer.of(peer, folder).start();
      servers.add(server);
      controls.add(server.connect());
    }
  }

  /** Throws both away, since they no longer have the same past. */
  void restart() throws IOException {
    close();
    start();
  }

  RunningServer beanstalkd() {
    return servers.getFirst();
  }

  RunningServer headrace() {
    return servers.getLast();
  }

  /** A connection that no script uses. */
  Talk control(RunningServer server) {
    return controls.get(servers.indexOf(server));
  }

  /**
   * Makes both servers empty, and returns the id that the next job of either will get.
   *
   * @throws AssertionError when they would give different ids
   */
  long nextId() throws IOException {
    var ids = new ArrayList<Long>();
    for (var control : controls) {
      clear(control);
      var id = control.put("the next id").id();
      control.ask("delete " + id);
      ids.add(id + 1);
    }
    if (!ids.getFirst().equals(ids.getLast())) {
      restart();
      throw new AssertionError("Ids are no longer the same: " + ids);
    }
    return ids.getFirst();
  }

  private static void clear(Talk control) throws IOException {
    control.ask("pause-tube default 0");
    for (var item : control.ask("list-tubes").body().lines().skip(1).toList()) {
      control.ask("use " + item.substring(2));
      for (var peek : List.of("peek-ready", "peek-delayed", "peek-buried")) {
        for (var found = control.ask(peek);
            found.line().startsWith("FOUND");
            found = control.ask(peek)) {
          control.ask("delete " + found.id());
        }
      }
    }
    control.ask("use default");
  }

  /** Sends {@code bytes} in one piece, and returns all replies until the server closes. */
  static String whole(RunningServer server, String bytes, boolean halfClose) throws IOException {
    try (var talk = server.connect()) {
      talk.sendWhileOpen(bytes);
      if (halfClose) {
        talk.endOutput();
      }
      return talk.rest();
    }
  }

  /** Sends {@code bytes} in many small pieces. */
  static String split(RunningServer server, String bytes, boolean halfClose, Random random)
      throws IOException {
    try (var talk = server.connect()) {
      int at = 0;
      while (at < bytes.length()) {
        int most = random.nextInt(4) == 0 ? 1000 : 8;
        int end = Math.min(bytes.length(), at + 1 + random.nextInt(most));
        talk.sendWhileOpen(bytes.substring(at, end));
        at = end;
      }
      if (halfClose) {
        talk.endOutput();
      }
      return talk.rest();
    }
  }

  @Override
  public void close() throws IOException {
    for (var control : controls) {
      control.close();
    }
    controls.clear();
    servers.forEach(RunningServer::close);
    servers.clear();
  }
}
