package io.headrace.worker.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/** What one thread's calls into the C library take, used again for each script. */
public final class Scratch implements AutoCloseable {
  static final int CHUNK_BYTES = 64 * 1024;

  private static final long ALIGNED = 8;

  private final Arena arena = Arena.ofConfined();
  final MemorySegment chunk = arena.allocate(CHUNK_BYTES);
  final byte[] bytes = new byte[CHUNK_BYTES];
  final MemorySegment polls = arena.allocate(Script.POLLS * Script.POLL_BYTES, ALIGNED);
  final MemorySegment status = arena.allocate(JAVA_INT);
  final MemorySegment usage = arena.allocate(Usage.BYTES, ALIGNED);
  final MemorySegment info = arena.allocate(Script.INFO_BYTES, ALIGNED);
  final MemorySegment ends = arena.allocate(JAVA_INT, 2);

  /** Pipes of scripts that ended well, for the next one. */
  final Deque<Ear> kept = new ArrayDeque<>();

  /** Kept open: it is read at the end of each script, and is mostly empty. */
  final int adopted = Libc.open(Orphans.ADOPTED);

  /** Makes it. */
  public Scratch() throws SpawnException {
    if (adopted < 0) {
      arena.close();
      throw new SpawnException(
          Orphans.ADOPTED
              + " cannot be opened, error "
              + -adopted
              + "; raise the limit of open files");
    }
  }

  @Override
  public void close() {
    Libc.close(adopted);
    kept.forEach(Ear::close);
    arena.close();
  }
}
