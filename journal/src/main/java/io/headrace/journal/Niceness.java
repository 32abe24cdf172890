package io.headrace.journal;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a thread gets of a processor that others want too: setpriority(2), which Java does not
 * offer. Linux counts it by thread. Where it cannot be had nothing happens.
 */
final class Niceness {
  /**
   * Of a thread whose work nobody waits for: a third of what others get. Not less, or a machine
   * that is busy with workers would not prepare the next segment in time.
   */
  static final int BACKGROUND = 5;

  /** PRIO_PROCESS of sys/resource.h; of it 0 is the calling thread. */
  private static final int BY_THREAD = 0;

  private static final Path OWN_STAT = Path.of("/proc/thread-self/stat");

  /** Place of the niceness behind the name in parentheses, see proc(5). */
  private static final int FIELD = 16;

  private Niceness() {}

  /** Raises that of the calling thread to {@code least}, 0 to 19, where it is lower. */
  static void raise(int least) {
    // A server may have been started with a higher one, and be allowed to lower it.
    if (own() < least) {
      set(least);
    }
  }

  /** That of the calling thread. */
  static int own() {
    try {
      String stat = Files.readString(OWN_STAT);
      return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[FIELD]);
    } catch (IOException e) {
      // Without /proc; nobody starts a server with another one there.
      return 0;
    }
  }

  @SuppressWarnings("restricted") // The signature is that of POSIX.
  private static void set(int niceness) {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> address = linker.defaultLookup().find("setpriority");
    if (address.isEmpty()) {
      return;
    }
    MethodHandle call =
        linker.downcallHandle(
            address.get(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT));
    try {
      int _ = (int) call.invokeExact(BY_THREAD, 0, niceness);
    } catch (Throwable e) {
      throw new AssertionError("a call into the C library throws nothing", e);
    }
  }
}
