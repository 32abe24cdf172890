package io.headrace.worker.process;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** Finds the descriptor of a socket, which the JDK does not tell. */
public final class Sockets {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final Object ONE_AT_A_TIME = new Object();

  static {
    try {
      // The JDK keeps one of its own from the first on.
      SocketChannel.open().close();
    } catch (IOException e) {
      throw new UnsupportedSystemException("no socket can be opened: " + e.getMessage());
    }
  }

  private Sockets() {}

  /**
   * What was made, and the descriptor of the one socket that was opened meanwhile.
   *
   * @param descriptor absent when there is not exactly one
   */
  public record Opened<T>(T made, OptionalInt descriptor) {}

  /** Makes something that opens one socket. Nobody else may open sockets in this process. */
  public static <T> Opened<T> opening(Supplier<T> maker) {
    synchronized (ONE_AT_A_TIME) {
      var before = sockets();
      var made = maker.get();
      var after = sockets();
      after.keySet().removeAll(before.keySet());
      return new Opened<>(
          made,
          after.size() == 1
              ? OptionalInt.of(after.values().iterator().next())
              : OptionalInt.empty());
    }
  }

  /** Descriptors by what they are: {@code socket:[inode]}. */
  private static Map<String, Integer> sockets() {
    var all = new HashMap<String, Integer>();
    try (var entries = Files.newDirectoryStream(DESCRIPTORS)) {
      for (var entry : entries) {
        var target = target(entry);
        if (target.startsWith("socket:")) {
          all.put(target, Integer.valueOf(entry.getFileName().toString()));
        }
      }
    } catch (IOException e) {
      throw new UnsupportedSystemException("/proc/self/fd cannot be read: " + e.getMessage());
    }
    return all;
  }

  private static String target(Path entry) {
    try {
      return Files.readSymbolicLink(entry).toString();
    } catch (IOException e) {
      // Closed since it was listed.
      return "";
    }
  }
}
