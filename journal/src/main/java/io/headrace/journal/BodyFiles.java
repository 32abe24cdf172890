package io.headrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Finds bodies in the journal's files by their location, and loads them into memory. */
final class BodyFiles implements AutoCloseable {
  /** Files kept open at once. */
  private static final int FILES_MAX = 64;

  /** Bytes read at once: few, since jobs may be in another order than their bodies. */
  private static final int WINDOW_BYTES = 16 << 10;

  private final Disk disk;
  private final BodyStore bodies;
  private final Map<Long, FileWindow> open = new LinkedHashMap<>(16, 0.75f, true);

  BodyFiles(Disk disk, BodyStore bodies) {
    this.disk = disk;
    this.bodies = bodies;
  }

  /** Loads a body; the location is kept with it. */
  long load(long job, long location, int bytes, int crc32c) throws IOException {
    FileWindow window = window(location);
    long position = Location.offset(location);
    String name = name(location);
    if (position + bytes > window.size()) {
      throw damaged(job, name, position, "lies beyond the file's end");
    }
    long ref = load(bodies, window, position, bytes);
    if (bodies.crc32c(ref, bytes) != crc32c) {
      throw damaged(job, name, position, "has another checksum");
    }
    bodies.locate(ref, bytes, location);
    return ref;
  }

  /** Loads a body from an open file; refuses when memory is short. */
  static long load(BodyStore bodies, FileWindow window, long position, int bytes)
      throws IOException {
    long ref = bodies.allocate(bytes);
    if (ref == BodyStore.NONE) {
      throw new JournalException(
          "the bodies of the jobs need more than the "
              + bodies.budgetBytes()
              + " bytes of memory allowed for them; start with a larger limit");
    }
    int done = 0;
    while (done < bytes) {
      ByteBuffer piece = window.piece(position + done, bytes - done);
      int length = piece.remaining();
      bodies.write(ref, done, piece);
      done += length;
    }
    return ref;
  }

  private JournalException damaged(long job, String name, long position, String how) {
    return new JournalException(
        disk.describe()
            + "/"
            + name
            + " at byte "
            + position
            + ": the body of job "
            + job
            + " "
            + how
            + ". 'headrace journal verify' shows what is intact");
  }

  private static String name(long location) {
    int number = Location.segment(location);
    return Location.isBodies(location) ? FileNames.bodies(number) : FileNames.log(number);
  }

  private FileWindow window(long location) throws IOException {
    long key = location >> 32;
    FileWindow found = open.get(key);
    if (found != null) {
      return found;
    }
    if (open.size() == FILES_MAX) {
      long eldest = open.keySet().iterator().next();
      FileWindow closed = open.remove(eldest);
      if (closed != null) {
        closed.close();
      }
    }
    String name = name(location);
    FileWindow opened = new FileWindow(name, disk.open(name), WINDOW_BYTES);
    open.put(key, opened);
    return opened;
  }

  @Override
  public void close() throws IOException {
    for (FileWindow window : open.values()) {
      window.close();
    }
  }
}
