package io.headrace.worker.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * Starts programs by posix_spawn(3): each in a session of its own, with no signal blocked or
 * ignored, and with no descriptor but those that it is given.
 */
final class Spawner {
  /** Stands for {@code /dev/null} in place of a descriptor. */
  static final int NOTHING = -1;

  /** More than glibc's types take, in bytes. */
  private static final long OPAQUE_BYTES = 512;

  private static final long SIGNALS_BYTES = 128;
  private static final long ALIGNED = 16;

  private static final short SETSIGDEF = 0x04;
  private static final short SETSIGMASK = 0x08;
  private static final short SETSID = 0x80;
  private static final int READ_AND_WRITE = 2;

  private static final MethodHandle SPAWN =
      function("posix_spawn", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
  private static final MethodHandle INIT = function("posix_spawn_file_actions_init", ADDRESS);
  private static final MethodHandle DESTROY = function("posix_spawn_file_actions_destroy", ADDRESS);
  private static final MethodHandle DUP =
      function("posix_spawn_file_actions_adddup2", ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle OPEN =
      function("posix_spawn_file_actions_addopen", ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle CLOSE_FROM =
      function("posix_spawn_file_actions_addclosefrom_np", ADDRESS, JAVA_INT);
  private static final MethodHandle ERROR =
      Libc.function("strerror", FunctionDescriptor.of(ADDRESS, JAVA_INT));

  private static final MemorySegment NULL_DEVICE = Arena.global().allocateFrom("/dev/null");
  private static final MemorySegment ATTRIBUTES = attributes();

  private Spawner() {}

  private static MethodHandle function(String name, MemoryLayout... arguments) {
    return Libc.function(name, FunctionDescriptor.of(JAVA_INT, arguments));
  }

  private static MemorySegment attributes() {
    var attributes = Arena.global().allocate(OPAQUE_BYTES, ALIGNED);
    var all = Arena.global().allocate(SIGNALS_BYTES, ALIGNED).fill((byte) 0xff);
    var none = Arena.global().allocate(SIGNALS_BYTES, ALIGNED);
    try {
      must((int) function("posix_spawnattr_init", ADDRESS).invokeExact(attributes));
      must(
          (int)
              function("posix_spawnattr_setsigdefault", ADDRESS, ADDRESS)
                  .invokeExact(attributes, all));
      must(
          (int)
              function("posix_spawnattr_setsigmask", ADDRESS, ADDRESS)
                  .invokeExact(attributes, none));
      must(
          (int)
              function("posix_spawnattr_setflags", ADDRESS, JAVA_SHORT)
                  .invokeExact(attributes, (short) (SETSIGDEF | SETSIGMASK | SETSID)));
      return attributes;
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  private static void must(int error) {
    if (error != 0) {
      throw new AssertionError("posix_spawn cannot be prepared: error " + error);
    }
  }

  /**
   * Starts a program and returns its process id when it has begun.
   *
   * @param path of the program, not looked for
   * @param variables those of its environment that others do not get
   * @param standard what becomes its descriptors from 0 on, each a descriptor or {@link #NOTHING}
   */
  static int spawn(
      String path,
      List<String> arguments,
      Environment environment,
      List<String> variables,
      int... standard)
      throws SpawnException {
    try (var arena = Arena.ofConfined()) {
      var actions = arena.allocate(OPAQUE_BYTES, ALIGNED);
      must((int) INIT.invokeExact(actions));
      int error;
      var pid = arena.allocate(JAVA_INT);
      try {
        for (int i = 0; i < standard.length; i++) {
          if (standard[i] == NOTHING) {
            must((int) OPEN.invokeExact(actions, i, NULL_DEVICE, READ_AND_WRITE, 0));
          } else {
            must((int) DUP.invokeExact(actions, standard[i], i));
          }
        }
        must((int) CLOSE_FROM.invokeExact(actions, standard.length));
        error =
            (int)
                SPAWN.invokeExact(
                    pid,
                    arena.allocateFrom(path),
                    actions,
                    ATTRIBUTES,
                    strings(arena, MemorySegment.NULL, arguments),
                    strings(arena, environment.addresses(), variables));
      } finally {
        must((int) DESTROY.invokeExact(actions));
      }
      if (error != 0) {
        throw new SpawnException("'" + path + "' cannot be started: " + explained(error));
      }
      return pid.get(JAVA_INT, 0);
    } catch (SpawnException | AssertionError e) {
      throw e;
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /**
   * Addresses of strings, and none behind them.
   *
   * @param before addresses that stand before theirs
   */
  static MemorySegment strings(Arena arena, MemorySegment before, List<String> strings) {
    var all = new byte[strings.size()][];
    long bytes = 0;
    for (int i = 0; i < all.length; i++) {
      all[i] = strings.get(i).getBytes(UTF_8);
      bytes += all[i].length + 1;
    }
    // What is allocated is zero: that ends each string, and all of them.
    var text = arena.allocate(bytes);
    long to = before.byteSize();
    var addresses =
        arena.allocate(to + (all.length + 1) * ADDRESS.byteSize(), ADDRESS.byteAlignment());
    MemorySegment.copy(before, 0, addresses, 0, to);
    long at = 0;
    for (var one : all) {
      MemorySegment.copy(one, 0, text, JAVA_BYTE, at, one.length);
      addresses.set(ADDRESS, to, text.asSlice(at));
      at += one.length + 1;
      to += ADDRESS.byteSize();
    }
    return addresses;
  }

  @SuppressWarnings("restricted") // strerror(3) returns a string that ends.
  private static String explained(int error) throws Throwable {
    var text = (MemorySegment) ERROR.invokeExact(error);
    return text.reinterpret(Long.MAX_VALUE).getString(0);
  }
}
