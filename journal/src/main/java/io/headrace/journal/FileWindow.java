package io.headrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** A file read through a buffer of fixed size that moves over it. */
final class FileWindow implements AutoCloseable {
  /** For a file that is read from end to end, in bytes; longer than any record without its body. */
  static final int WINDOW_BYTES = 512 << 10;

  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(8 << 10).asReadOnlyBuffer();

  final ByteBuffer buffer;
  final ByteBuffer view;
  private final CRC32C crc = new CRC32C();
  private final String name;
  private final DiskFile file;
  private final long size;
  private long start;
  private int filled;

  /**
   * Opens a window.
   *
   * @param name how messages call the file
   */
  FileWindow(String name, DiskFile file, int windowBytes) throws IOException {
    this.name = name;
    this.file = file;
    buffer = ByteBuffer.allocateDirect(windowBytes).order(ByteOrder.LITTLE_ENDIAN);
    view = buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    size = file.size();
  }

  long size() {
    return size;
  }

  /** Has the next piece read from the file. */
  void forget() {
    filled = 0;
  }

  /**
   * Makes {@code bytes} of the file from {@code position} on readable, at most the window's size
   * and not beyond the file's end.
   *
   * @return where in the buffer they begin
   */
  int at(long position, int bytes) throws IOException {
    if (position < start || position + bytes > start + filled) {
      buffer.clear();
      filled = 0;
      try {
        filled = file.read(buffer, position);
      } catch (IOException e) {
        throw new IOException(
            name + " at byte " + position + " cannot be read: " + e.getMessage(), e);
      }
      start = position;
      if (filled < bytes) {
        throw new IOException(name + " became shorter while it was read");
      }
    }
    return (int) (position - start);
  }

  /** Returns the next piece of the file's {@code bytes} from {@code position} on, in the view. */
  ByteBuffer piece(long position, long bytes) throws IOException {
    int wanted = (int) Math.min(bytes, buffer.capacity());
    int begin = at(position, Math.min(wanted, 1));
    int there = (int) Math.min(wanted, start + filled - position);
    return view.clear().limit(begin + there).position(begin);
  }

  int crc32c(long position, long bytes) throws IOException {
    crc.reset();
    long done = 0;
    while (done < bytes) {
      ByteBuffer piece = piece(position + done, bytes - done);
      done += piece.remaining();
      crc.update(piece);
    }
    return (int) crc.getValue();
  }

  /** Returns the position of the first byte between these two that is not zero, or {@code to}. */
  long firstNonZero(long from, long to) throws IOException {
    long at = from;
    while (at < to) {
      // In short pieces: the comparison is compiled, and then runs at the speed of memory, once it
      // has been called some hundred times.
      ByteBuffer piece = piece(at, Math.min(to - at, ZEROS.capacity()));
      int differs = piece.mismatch(ZEROS.slice(0, piece.remaining()));
      if (differs >= 0) {
        return at + differs;
      }
      at += piece.remaining();
    }
    return to;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
