package io.headrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Finds bodies in the journal's files by their location. Keeps the files open that were used last;
 * what it has read of them must not change meanwhile.
 */
final class BodyFiles implements AutoCloseable {
  /** Bytes read at once where jobs may be in another order than their bodies: few. */
  static final int LOAD_WINDOW_BYTES = 16 << 10;

  /** Bytes read at once where most of what lies in a segment is read. */
  static final int COPY_WINDOW_BYTES = 64 << 10;

  /**
   * Files kept open at once. There are two of these while a server runs, and they share the
   * descriptors that its connections leave to the journal.
   */
  private static final int FILES_MAX = 8;

  private final Disk disk;
  private final int windowBytes;
  private final CRC32C crc = new CRC32C();
  private final Map<Long, FileWindow> open = new LinkedHashMap<>(16, 0.75f, true);

  /** Takes a body piece by piece. */
  interface Sink {
    /** Takes all of this piece. */
    void put(ByteBuffer piece) throws IOException;
  }

  BodyFiles(Disk disk, int windowBytes) {
    this.disk = disk;
    this.windowBytes = windowBytes;
  }

  /**
   * Reads a body.
   *
   * @throws UnreadableBodyException when the disk fails; any other IOException is the sink's
   * @throws DamagedBodyException when the file is too short, or what it has is not what was put;
   *     only then the sink has seen it all
   */
  void read(long job, long location, int bytes, int crc32c, Sink sink)
      throws IOException, DamagedBodyException {
    FileWindow window = window(job, location);
    long position = Location.offset(location);
    if (position + bytes > window.size()) {
      throw damaged(job, location, "lies beyond the file's end");
    }
    crc.reset();
    for (int done = 0; done < bytes; ) {
      ByteBuffer piece = piece(window, job, location, done, bytes);
      int length = piece.remaining();
      int begin = piece.position();
      crc.update(piece);
      sink.put(piece.position(begin));
      done += length;
    }
    if ((int) crc.getValue() != crc32c) {
      throw damaged(job, location, "has another checksum");
    }
  }

  private ByteBuffer piece(FileWindow window, long job, long location, int done, int bytes)
      throws UnreadableBodyException {
    try {
      return window.piece(Location.offset(location) + done, bytes - done);
    } catch (IOException e) {
      throw unreadable(job, location, e);
    }
  }

  private DamagedBodyException damaged(long job, long location, String how) {
    return new DamagedBodyException(
        location,
        theBody(job, location) + how + ". 'headrace journal verify' shows what is intact");
  }

  private UnreadableBodyException unreadable(long job, long location, IOException e) {
    return new UnreadableBodyException(
        theBody(job, location) + "cannot be read: " + e.getMessage(), e);
  }

  private String theBody(long job, long location) {
    return disk.describe()
        + "/"
        + name(location)
        + " at byte "
        + Location.offset(location)
        + ": the body of job "
        + job
        + " ";
  }

  private static String name(long location) {
    int number = Location.segment(location);
    return Location.isBodies(location) ? FileNames.bodies(number) : FileNames.log(number);
  }

  private FileWindow window(long job, long location) throws UnreadableBodyException {
    try {
      return window(location);
    } catch (IOException e) {
      throw unreadable(job, location, e);
    }
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
    FileWindow opened = new FileWindow(name, disk.open(name), windowBytes);
    open.put(key, opened);
    return opened;
  }

  /** Forgets what was read, since more may have been written; files stay open. */
  void refresh() {
    open.values().forEach(FileWindow::forget);
  }

  @Override
  public void close() throws IOException {
    for (FileWindow window : open.values()) {
      window.close();
    }
    open.clear();
  }
}
