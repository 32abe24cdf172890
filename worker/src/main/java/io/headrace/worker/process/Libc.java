package io.headrace.worker.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/**
 * Calls into glibc for which the JDK has no word. Each returns what the call does, or the negative
 * of {@code errno} when it fails. Numbers are those of 64-bit Linux.
 */
final class Libc {
  static final int ESRCH = 3;
  static final int EINTR = 4;
  static final int EAGAIN = 11;

  static final int SIGKILL = 9;
  static final int SIGTERM = 15;
  private static final int SIGCHLD = 17;

  static final short POLLIN = 0x1;
  static final short POLLOUT = 0x4;

  static final int WNOHANG = 1;

  static final int O_NONBLOCK = 0x800;

  private static final int O_CLOEXEC = 0x80000;
  private static final int F_SETFL = 4;
  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;
  private static final int PR_SET_CHILD_SUBREAPER = 36;
  private static final int P_PID = 1;
  private static final int WEXITED = 4;
  private static final int WNOWAIT = 0x1000000;
  private static final long PIDFD_OPEN = 434;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final long ERRNO = STATE.byteOffset(PathElement.groupElement("errno"));
  private static final ThreadLocal<MemorySegment> CAPTURED =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

  private static final MethodHandle READ =
      capturing("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle READ_AT =
      capturing("pread", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle OPEN =
      capturing(
          "open",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle SEEK =
      capturing("lseek", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
  private static final MethodHandle ENTRIES =
      capturing("getdents64", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle WRITE =
      capturing("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle CLOSE =
      capturing("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle PIPE =
      capturing("pipe2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle POLL =
      capturing("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle KILL =
      capturing("kill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle WAIT =
      capturing("wait4", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));
  private static final MethodHandle WAIT_ID =
      capturing("waitid", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle SOCKET_NAME =
      capturing("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle CONTROL =
      capturing(
          "fcntl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle LOCK =
      capturing("flock", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle SYSCALL =
      capturing(
          "syscall",
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
          Linker.Option.firstVariadicArg(1));
  private static final MethodHandle PRCTL =
      capturing(
          "prctl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
          Linker.Option.firstVariadicArg(1));
  private static final MethodHandle SIGNAL =
      capturing("signal", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS));

  private Libc() {}

  @SuppressWarnings("restricted") // The signatures are those of the C library.
  static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
    var found = LINKER.defaultLookup().find(name);
    if (found.isEmpty()) {
      throw new UnsupportedSystemException(
          "this C library has no " + name + "(): it takes Linux with glibc 2.34 or newer");
    }
    return LINKER.downcallHandle(found.get(), type, options);
  }

  private static MethodHandle capturing(
      String name, FunctionDescriptor type, Linker.Option... options) {
    var all = new Linker.Option[options.length + 1];
    System.arraycopy(options, 0, all, 1, options.length);
    all[0] = Linker.Option.captureCallState("errno");
    return function(name, type, all);
  }

  static AssertionError broken(Throwable e) {
    return new AssertionError("a call into the C library throws nothing", e);
  }

  private static long result(long returned, MemorySegment state) {
    return returned >= 0 ? returned : -state.get(JAVA_INT, ERRNO);
  }

  static long read(int descriptor, MemorySegment to, long bytes) {
    var state = CAPTURED.get();
    try {
      return result((long) READ.invokeExact(state, descriptor, to, bytes), state);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** Reads from a place in a file, and leaves the descriptor where it is. */
  static long readAt(int descriptor, MemorySegment to, long bytes, long place) {
    var state = CAPTURED.get();
    try {
      return result((long) READ_AT.invokeExact(state, descriptor, to, bytes, place), state);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** Goes back to the beginning. */
  static long rewind(int descriptor) {
    var state = CAPTURED.get();
    try {
      return result((long) SEEK.invokeExact(state, descriptor, 0L, 0), state);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** Reads entries of a folder, getdents64(2). */
  static long entries(int descriptor, MemorySegment to, long bytes) {
    var state = CAPTURED.get();
    try {
      return result((long) ENTRIES.invokeExact(state, descriptor, to, bytes), state);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** Opens a file to be read, which no child inherits. */
  static int open(String path) {
    try (var arena = Arena.ofConfined()) {
      return open(arena.allocateFrom(path));
    }
  }

  static long write(int descriptor, MemorySegment from, long bytes) {
    var state = CAPTURED.get();
    try {
      return result((long) WRITE.invokeExact(state, descriptor, from, bytes), state);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  static void close(int descriptor) {
    try {
      int ignored = (int) CLOSE.invokeExact(CAPTURED.get(), descriptor);
      assert ignored <= 0;
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** Writes the reading and the writing end, none of which a child inherits by itself. */
  static int pipe(MemorySegment ends) {
    var state = CAPTURED.get();
    try {
      return (int) result((int) PIPE.invokeExact(state, ends, O_CLOEXEC), state);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** Sets whether a descriptor blocks: {@link #O_NONBLOCK}, or 0. */
  static void setFlags(int descriptor, int flags) {
    try {
      int ignored = (int) CONTROL.invokeExact(CAPTURED.get(), descriptor, F_SETFL, flags);
      assert ignored <= 0;
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** Opens whatever is there to be read, and waits for nobody. No child inherits it by itself. */
  static int open(MemorySegment path) {
    var state = CAPTURED.get();
    try {
      return (int) result((int) OPEN.invokeExact(state, path, O_NONBLOCK | O_CLOEXEC), state);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** Locks what is open, and does not wait for it: flock(2). */
  static int tryLock(int descriptor) {
    var state = CAPTURED.get();
    try {
      return (int) result((int) LOCK.invokeExact(state, descriptor, LOCK_EX | LOCK_NB), state);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  static int poll(MemorySegment entries, long count, int timeoutMs) {
    var state = CAPTURED.get();
    try {
      return (int) result((int) POLL.invokeExact(state, entries, count, timeoutMs), state);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** Writes the address of this end of a socket, and how long that is: getsockname(2). */
  static int socketName(int descriptor, MemorySegment address, MemorySegment length) {
    var state = CAPTURED.get();
    try {
      return (int) result((int) SOCKET_NAME.invokeExact(state, descriptor, address, length), state);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** Sends a signal to a process, or to the group of a negative one. */
  static int kill(int process, int signal) {
    var state = CAPTURED.get();
    try {
      return (int) result((int) KILL.invokeExact(state, process, signal), state);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  static int wait(int process, MemorySegment status, int options, MemorySegment usage) {
    var state = CAPTURED.get();
    try {
      return (int) result((int) WAIT.invokeExact(state, process, status, options, usage), state);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** Tells how a child that has ended did so, and does not collect it: waitid(2). */
  static int look(int process, MemorySegment info) {
    var state = CAPTURED.get();
    try {
      return (int)
          result((int) WAIT_ID.invokeExact(state, P_PID, process, info, WEXITED | WNOWAIT), state);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** A descriptor of a child that becomes readable when the child has ended: pidfd_open(2). */
  static int processDescriptor(int process) {
    var state = CAPTURED.get();
    try {
      return (int) result((long) SYSCALL.invokeExact(state, PIDFD_OPEN, (long) process, 0L), state);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** Whoever loses its parent below this process becomes a child of it: prctl(2). */
  static void adoptOrphans() {
    var state = CAPTURED.get();
    try {
      int adopted = (int) PRCTL.invokeExact(state, PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L);
      if (adopted < 0) {
        throw new UnsupportedSystemException("this system lets nobody adopt orphans: prctl(2)");
      }
      // Whoever started us may have ignored it; then there would be no status to wait for.
      long ignored = (long) SIGNAL.invokeExact(state, SIGCHLD, MemorySegment.NULL);
      assert ignored != -1;
    } catch (UnsupportedSystemException e) {
      throw e;
    } catch (Throwable e) {
      throw broken(e);
    }
  }
}
