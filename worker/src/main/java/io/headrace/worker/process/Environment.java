package io.headrace.worker.process;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Variables that all scripts get, in the form in which a program takes them: to write some dozens
 * of them again for each script takes longer than to read its body.
 */
public final class Environment {
  static final Environment EMPTY = new Environment(List.of());

  /** An address each; their memory is freed with it. */
  private final MemorySegment addresses;

  /** Takes them, each {@code KEY=VALUE}. */
  public Environment(List<String> variables) {
    var all = Spawner.strings(Arena.ofAuto(), MemorySegment.NULL, variables);
    addresses = all.asSlice(0, variables.size() * ADDRESS.byteSize());
  }

  MemorySegment addresses() {
    return addresses;
  }
}
