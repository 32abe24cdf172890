package io.headrace.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many files and sockets the operating system lets this process open. */
final class DescriptorLimit {
  /**
   * Descriptors kept back: some 48 for the JVM with its jars and logs, 16 for the journal and its
   * snapshots, 32 for whoever asks the admin listener, {@link Connections#RESERVED} for peers on
   * this machine and {@link Farewells#LINGERING_MAX} for peers that are sent away.
   */
  static final int RESERVE = 128;

  /** The default limit of connections where the system has none that matters. */
  static final int CONNECTIONS_MAX = 65_536;

  /** Assumed where the system does not tell: what POSIX systems commonly start with. */
  private static final int UNKNOWN = 1_024;

  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final String ROW = "Max open files";

  private DescriptorLimit() {}

  /** Returns the number of connections that leave {@link #RESERVE} descriptors; at least 1. */
  static int defaultConnectionsMax() {
    return Math.clamp((long) read() - RESERVE, 1, CONNECTIONS_MAX);
  }

  /** Returns the soft limit. The JVM has raised it to the hard one at its start. */
  static int read() {
    try {
      for (String line : Files.readAllLines(LIMITS)) {
        if (line.startsWith(ROW)) {
          return parse(line);
        }
      }
      return UNKNOWN;
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  /** Reads a row such as {@code Max open files 1024 524288 files}, see proc(5). */
  static int parse(String row) {
    String soft = row.substring(ROW.length()).strip().split("\\s+", 2)[0];
    try {
      return (int) Math.min(Long.parseLong(soft), Integer.MAX_VALUE);
    } catch (NumberFormatException e) {
      return soft.equals("unlimited") ? Integer.MAX_VALUE : UNKNOWN;
    }
  }
}
