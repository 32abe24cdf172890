package io.headrace.worker.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** Finds the descriptor of a socket, which the JDK does not tell. */
public final class Sockets {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final Object ONE_AT_A_TIME = new Object();

  /** Size of {@code struct sockaddr_storage}. */
  private static final long ADDRESS_BYTES = 128;

  private static final short AF_UNIX = 1;
  private static final short AF_INET = 2;
  private static final short AF_INET6 = 10;

  /** In both, behind the family. */
  private static final long PORT_OFFSET = 2;

  private static final ValueLayout.OfShort NETWORK_SHORT =
      JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
  private static final int NO_PORT = -1;

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

  /**
   * Makes something that opens one socket. Others may open sockets in this process meanwhile, since
   * no two have the same port; a Unix socket has none, and nobody else may open such.
   *
   * @param portOf the port of its own end, 0 of a Unix socket
   */
  public static <T> Opened<T> opening(Supplier<T> maker, ToIntFunction<T> portOf) {
    synchronized (ONE_AT_A_TIME) {
      var before = sockets();
      var made = maker.get();
      int port = portOf.applyAsInt(made);
      var after = sockets();
      after.keySet().removeAll(before.keySet());
      var found = after.values().stream().filter(descriptor -> port(descriptor) == port).toList();
      return new Opened<>(
          made, found.size() == 1 ? OptionalInt.of(found.getFirst()) : OptionalInt.empty());
    }
  }

  /** The port of this end of a socket; 0 of a Unix socket, and another of none of these. */
  private static int port(int descriptor) {
    try (var arena = Arena.ofConfined()) {
      var address = arena.allocate(ADDRESS_BYTES);
      var length = arena.allocateFrom(JAVA_INT, (int) ADDRESS_BYTES);
      if (Libc.socketName(descriptor, address, length) < 0) {
        return NO_PORT;
      }
      return switch (address.get(JAVA_SHORT, 0)) {
        case AF_UNIX -> 0;
        case AF_INET, AF_INET6 -> Short.toUnsignedInt(address.get(NETWORK_SHORT, PORT_OFFSET));
        default -> NO_PORT;
      };
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
