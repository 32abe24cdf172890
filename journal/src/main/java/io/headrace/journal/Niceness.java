package io.headrace.journal;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
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

  private Niceness() {}

  /** Sets that of the calling thread, 0 to 19; true when the system has taken it. */
  @SuppressWarnings("restricted") // The signature is that of POSIX.
  static boolean set(int niceness) {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> address = linker.defaultLookup().find("setpriority");
    if (address.isEmpty()) {
      return false;
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
      return (int) call.invokeExact(BY_THREAD, 0, niceness) == 0;
    } catch (Throwable e) {
      throw new AssertionError("a call into the C library throws nothing", e);
    }
  }
}
