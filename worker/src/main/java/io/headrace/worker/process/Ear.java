package io.headrace.worker.process;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/**
 * A pipe by which a script speaks. It may serve the next one too: to make it anew for each costs
 * six system calls, and its end wakes the reader just before that of the script does.
 */
final class Ear {
  /** What a dead script has left is less; who still writes does not hold us up. */
  private static final int LAST_CHUNKS_MAX = 4;

  private final int reader;
  private final int writer;

  private Ear(int reader, int writer) {
    this.reader = reader;
    this.writer = writer;
  }

  /** One that was kept, or a new one. */
  static Ear of(Scratch scratch) throws SpawnException {
    var kept = scratch.kept.poll();
    if (kept != null) {
      // Whom it served may have changed that.
      Libc.setFlags(kept.writer, 0);
      return kept;
    }
    Script.openPipe(scratch);
    var ear = new Ear(scratch.ends.getAtIndex(JAVA_INT, 0), scratch.ends.getAtIndex(JAVA_INT, 1));
    Libc.setFlags(ear.reader, Libc.O_NONBLOCK);
    return ear;
  }

  int reader() {
    return reader;
  }

  /** What the script is given. */
  int writer() {
    return writer;
  }

  /** Hands over what has come; false when nothing has. */
  boolean hear(Sink sink, Scratch scratch) {
    long got = Libc.read(reader, scratch.chunk, Scratch.CHUNK_BYTES);
    if (got <= 0) {
      return got == -Libc.EINTR;
    }
    MemorySegment.copy(scratch.chunk, JAVA_BYTE, 0, scratch.bytes, 0, (int) got);
    sink.take(scratch.bytes, (int) got);
    return true;
  }

  /** Hands over what is left; false when there may be more. */
  boolean hearLast(Sink sink, Scratch scratch) {
    for (int i = 0; i < LAST_CHUNKS_MAX; i++) {
      if (!hear(sink, scratch)) {
        return true;
      }
    }
    return false;
  }

  void close() {
    Libc.close(reader);
    Libc.close(writer);
  }
}
