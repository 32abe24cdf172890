package io.headrace.cli.config;

import java.nio.file.Path;
import java.util.Map;

/** Where jobs are kept when nobody said where. */
final class DataDirectory {
  private DataDirectory() {}

  /**
   * Does not depend on the current directory, so that the server finds its jobs again: what systemd
   * gives (systemd.exec(5), STATE_DIRECTORY), the system's directory for root, else the user's own
   * (XDG base directories).
   */
  static Path fallback(Map<String, String> environment) {
    var given = environment.getOrDefault("STATE_DIRECTORY", "");
    if (!given.isEmpty()) {
      return Path.of(given.split(":", 2)[0]);
    }
    if (System.getProperty("user.name").equals("root")) {
      return Path.of("/var/lib/headrace");
    }
    var state = environment.getOrDefault("XDG_STATE_HOME", "");
    var base =
        state.isEmpty() ? Path.of(System.getProperty("user.home"), ".local/state") : Path.of(state);
    return base.resolve("headrace");
  }
}
