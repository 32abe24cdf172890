package io.headrace.cli;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Becomes another user for good, in this process: the pid stays that which the service manager
 * knows. glibc gives the new identity to every thread (see nptl(7)).
 */
final class RunAs {
  /** Offsets in {@code struct passwd} of glibc on 64-bit Linux. */
  private static final int UID_OFFSET = 16;

  private static final int GID_OFFSET = 20;
  private static final int PASSWD_BYTES = 48;

  /** PR_SET_DUMPABLE of prctl(2): without it {@code /proc/self} belongs to root from now on. */
  private static final int SET_DUMPABLE = 4;

  private RunAs() {}

  /** How it went. */
  enum Result {
    DONE,
    NO_SUCH_USER,
    NOT_PERMITTED
  }

  /** Takes user, group and supplementary groups of {@code user}. Loads every jar before. */
  @SuppressWarnings("restricted") // The launcher allows native access.
  static Result become(String user) {
    // Whoever we become may not be able to open them; looking for what is nowhere opens all.
    RunAs.class.getClassLoader().getResource("no-such-resource");
    try (var arena = Arena.ofConfined()) {
      var name = arena.allocateFrom(user);
      var getpwnam = function("getpwnam", FunctionDescriptor.of(ADDRESS, ADDRESS));
      var entry = (MemorySegment) getpwnam.invokeExact(name);
      if (entry.equals(MemorySegment.NULL)) {
        return Result.NO_SUCH_USER;
      }
      var passwd = entry.reinterpret(PASSWD_BYTES);
      int uid = passwd.get(JAVA_INT, UID_OFFSET);
      int gid = passwd.get(JAVA_INT, GID_OFFSET);
      if (uid == (int) function("geteuid", FunctionDescriptor.of(JAVA_INT)).invokeExact()) {
        return Result.DONE;
      }
      var initgroups = function("initgroups", ints(ADDRESS, JAVA_INT));
      var setgid = function("setgid", ints(JAVA_INT));
      var setuid = function("setuid", ints(JAVA_INT));
      boolean done =
          (int) initgroups.invokeExact(name, gid) == 0
              && (int) setgid.invokeExact(gid) == 0
              && (int) setuid.invokeExact(uid) == 0;
      if (!done) {
        return Result.NOT_PERMITTED;
      }
      keepProc();
      return Result.DONE;
    } catch (Throwable e) {
      throw new IllegalStateException("cannot become " + user, e);
    }
  }

  private static void keepProc() throws Throwable {
    var prctl =
        function(
            "prctl",
            ints(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    int ignored = (int) prctl.invokeExact(SET_DUMPABLE, 1L, 0L, 0L, 0L);
    if (ignored != 0) {
      Output.note("/proc/self stays with the user that started the server");
    }
  }

  private static FunctionDescriptor ints(MemoryLayout... arguments) {
    return FunctionDescriptor.of(JAVA_INT, arguments);
  }

  @SuppressWarnings("restricted") // The launcher allows native access.
  private static MethodHandle function(
      String name, FunctionDescriptor type, Linker.Option... options) {
    var linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
  }
}
