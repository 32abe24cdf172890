package io.headrace.worker.process;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Tells whether a folder is empty, by two system calls: it is asked after each script, and the
 * answer is mostly yes. For one thread.
 */
public final class Folder implements AutoCloseable {
  /** Room for more than the entries that every folder has. */
  private static final long ENTRIES_BYTES = 1024;

  /** Where {@code struct dirent64} has the length of an entry, and its name. */
  private static final long LENGTH_OFFSET = 16;

  private static final long NAME_OFFSET = 19;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment entries = arena.allocate(ENTRIES_BYTES, Long.BYTES);
  private final int descriptor;

  /** Opens it; where that fails it is never said to be empty. */
  public Folder(Path path) {
    descriptor = Libc.open(path.toString());
  }

  /** Whether it holds nothing; false also when that cannot be known. */
  public boolean isEmpty() {
    if (Libc.rewind(descriptor) < 0) {
      return false;
    }
    long bytes = Libc.entries(descriptor, entries, ENTRIES_BYTES);
    boolean empty = bytes >= 0;
    for (long at = 0; empty && at < bytes; ) {
      empty = isDots(at + NAME_OFFSET);
      at += Short.toUnsignedInt(entries.get(JAVA_SHORT_UNALIGNED, at + LENGTH_OFFSET));
    }
    return empty;
  }

  /** Whether a name is that of the folder itself, or of the one it is in. */
  private boolean isDots(long at) {
    return byteAt(at) == '.'
        && (byteAt(at + 1) == 0 || (byteAt(at + 1) == '.' && byteAt(at + 2) == 0));
  }

  private byte byteAt(long at) {
    return entries.get(JAVA_BYTE, at);
  }

  @Override
  public void close() {
    if (descriptor >= 0) {
      Libc.close(descriptor);
    }
    arena.close();
  }
}
