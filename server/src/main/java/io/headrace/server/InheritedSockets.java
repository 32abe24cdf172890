package io.headrace.server;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets that a service manager opened for us: descriptors from 3 on, counted by {@code
 * LISTEN_FDS}, meant for the process {@code LISTEN_PID}; see sd_listen_fds(3).
 *
 * <p>Numbers of calls and options are those of Linux on x86-64 and AArch64.
 */
final class InheritedSockets {
  /** The most descriptors that are taken. */
  static final int DESCRIPTORS_MAX = 64;

  private static final Logger LOG = LoggerFactory.getLogger(InheritedSockets.class);
  private static final int FIRST_DESCRIPTOR = 3;

  private static final int SOL_SOCKET = 1;
  private static final int SO_TYPE = 3;
  private static final int SO_ACCEPTCONN = 30;
  private static final int SO_DOMAIN = 39;
  private static final int SOCK_STREAM = 1;
  private static final int AF_UNIX = 1;
  private static final int F_SETFD = 2;
  private static final int FD_CLOEXEC = 1;
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int O_NONBLOCK = 0x800;

  /** What kind of socket a descriptor is. */
  enum Kind {
    TCP,
    UNIX
  }

  private InheritedSockets() {}

  /**
   * Returns the descriptors that are meant for this process; none when the variables are absent, or
   * name another process, whose child we then are.
   *
   * @throws ListenException when the variables make no sense
   */
  static List<ListenAddress.Inherited> from(Map<String, String> environment, long ownPid) {
    String count = environment.getOrDefault("LISTEN_FDS", "");
    String pid = environment.getOrDefault("LISTEN_PID", "");
    if (count.isEmpty() || pid.isEmpty()) {
      return List.of();
    }
    if (!pid.equals(Long.toString(ownPid))) {
      LOG.warn(
          "LISTEN_FDS={} is for process {}, and this is process {}: its sockets are not used",
          count,
          pid,
          ownPid);
      return List.of();
    }
    int descriptors;
    try {
      descriptors = Integer.parseInt(count);
    } catch (NumberFormatException e) {
      throw new ListenException("LISTEN_FDS='" + count + "' is not a number of descriptors", e);
    }
    if (descriptors < 0 || descriptors > DESCRIPTORS_MAX) {
      throw new ListenException(
          "LISTEN_FDS=" + count + ": 0 to " + DESCRIPTORS_MAX + " descriptors can be handed over");
    }
    return IntStream.range(FIRST_DESCRIPTOR, FIRST_DESCRIPTOR + descriptors)
        .mapToObj(ListenAddress.Inherited::new)
        .toList();
  }

  /**
   * Makes a descriptor ready for an event loop: it will not block, and our children will not get
   * it.
   *
   * @throws ListenException when it is not a stream socket that listens
   */
  static Kind take(int descriptor) {
    boolean listens = option(descriptor, SO_ACCEPTCONN) == 1;
    if (!listens || option(descriptor, SO_TYPE) != SOCK_STREAM) {
      throw new ListenException(
          "descriptor "
              + descriptor
              + " of LISTEN_FDS is not a stream socket that listens. In a systemd unit, write"
              + " ListenStream= and leave Accept=no");
    }
    int flags = fcntl(descriptor, F_GETFL, 0);
    if (flags < 0
        || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0
        || fcntl(descriptor, F_SETFD, FD_CLOEXEC) < 0) {
      throw new ListenException("descriptor " + descriptor + " of LISTEN_FDS cannot be set up");
    }
    return option(descriptor, SO_DOMAIN) == AF_UNIX ? Kind.UNIX : Kind.TCP;
  }

  /** Returns an option of a socket, or -1 when the descriptor has none such. */
  private static int option(int descriptor, int option) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocateFrom(ValueLayout.JAVA_INT, -1);
      MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, Integer.BYTES);
      int result =
          (int) Calls.GETSOCKOPT.invokeExact(descriptor, SOL_SOCKET, option, value, length);
      return result == 0 ? value.get(ValueLayout.JAVA_INT, 0) : -1;
    } catch (Throwable e) {
      throw new AssertionError("getsockopt cannot be called", e);
    }
  }

  private static int fcntl(int descriptor, int operation, int argument) {
    try {
      return (int) Calls.FCNTL.invokeExact(descriptor, operation, argument);
    } catch (Throwable e) {
      throw new AssertionError("fcntl cannot be called", e);
    }
  }

  /** Calls of the system, apart: to link them takes a fifth of the time that a server starts in. */
  private static final class Calls {
    static final MethodHandle FCNTL =
        function(
            "fcntl",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    static final MethodHandle GETSOCKOPT =
        function(
            "getsockopt",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS));

    @SuppressWarnings("restricted")
    private static MethodHandle function(
        String name, FunctionDescriptor type, Linker.Option... options) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
    }
  }
}
