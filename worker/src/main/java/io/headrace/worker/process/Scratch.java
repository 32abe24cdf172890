package io.headrace.worker.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory for one thread's calls into the C library, used again for each script. */
public final class Scratch implements AutoCloseable {
  static final int CHUNK_BYTES = 64 * 1024;

  private static final long ALIGNED = 8;

  private final Arena arena = Arena.ofConfined();
  final MemorySegment chunk = arena.allocate(CHUNK_BYTES);
  final byte[] bytes = new byte[CHUNK_BYTES];
  final MemorySegment polls = arena.allocate(Script.POLLS * Script.POLL_BYTES, ALIGNED);
  final MemorySegment status = arena.allocate(JAVA_INT);
  final MemorySegment usage = arena.allocate(Usage.BYTES, ALIGNED);
  final MemorySegment ends = arena.allocate(JAVA_INT, 2);

  @Override
  public void close() {
    arena.close();
  }
}
