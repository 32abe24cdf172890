package io.headrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Some bodies that are copied from where the segments have them to the end of a segment of bodies:
 * listed by the loop, copied on the journal's thread, and found at their new places by the loop
 * again.
 */
final class BodyMoves {
  /** Most bodies of one list. */
  static final int BODIES_MAX = 1_024;

  /** A list is full when its records have so many bytes; the last may go far beyond. */
  static final long BYTES_MAX = 1 << 20;

  private static final int BUFFER_BYTES = 256 << 10;

  /** Where the first record goes in the target. */
  private final long start;

  private long[] jobs = new long[16];
  private long[] from = new long[16];
  private long[] to = new long[16];
  private int[] bytes = new int[16];
  private int[] crc32c = new int[16];
  private int count;
  private long end;

  BodyMoves(long start) {
    this.start = start;
    end = start;
  }

  /** What a body takes in a segment of bodies. */
  static long recordBytes(int bodyBytes) {
    return (BodyCopies.RECORD_HEADER_BYTES + (long) bodyBytes + BatchHeader.ALIGNMENT - 1)
        & -BatchHeader.ALIGNMENT;
  }

  boolean isFull() {
    return count == BODIES_MAX || end - start >= BYTES_MAX;
  }

  boolean isEmpty() {
    return count == 0;
  }

  int count() {
    return count;
  }

  long job(int at) {
    return jobs[at];
  }

  long from(int at) {
    return from[at];
  }

  long to(int at) {
    return to[at];
  }

  int bytes(int at) {
    return bytes[at];
  }

  void add(long job, long fromLocation, long toLocation, int bodyBytes, int bodyCrc32c) {
    if (count == jobs.length) {
      jobs = Arrays.copyOf(jobs, 2 * count);
      from = Arrays.copyOf(from, 2 * count);
      to = Arrays.copyOf(to, 2 * count);
      bytes = Arrays.copyOf(bytes, 2 * count);
      crc32c = Arrays.copyOf(crc32c, 2 * count);
    }
    jobs[count] = job;
    from[count] = fromLocation;
    to[count] = toLocation;
    bytes[count] = bodyBytes;
    crc32c[count++] = bodyCrc32c;
    end += recordBytes(bodyBytes);
  }

  /**
   * Copies them. On the journal's thread.
   *
   * @throws IOException when the target cannot be written
   * @throws DamagedBodyException when a body cannot be read, or is not what was put; none of the
   *     copies counts then
   */
  void copy(BodyFiles files, DiskFile target) throws IOException, DamagedBodyException {
    var out = new Out(target, start);
    for (int i = 0; i < count; i++) {
      out.room(BodyCopies.RECORD_HEADER_BYTES);
      ByteBuffer buffer = out.buffer;
      int begin = buffer.position();
      buffer.putInt(BodyCopies.MAGIC).putInt(0).putLong(jobs[i]);
      buffer.putInt(bytes[i]).putInt(crc32c[i]);
      int checkedFrom = begin + BodyCopies.CHECKED_FROM;
      buffer.putInt(begin + 4, SnapshotFormat.crc(buffer, checkedFrom, buffer.position()));
      try {
        files.read(jobs[i], from[i], bytes[i], crc32c[i], out::put);
      } catch (UnreadableBodyException e) {
        throw new DamagedBodyException(from[i], e.reason());
      }
      out.align();
    }
    out.write();
  }

  /** What was appended and not yet written. */
  private static final class Out {
    private final ByteBuffer buffer =
        ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final DiskFile file;
    private long position;

    Out(DiskFile file, long position) {
      this.file = file;
      this.position = position;
    }

    void room(int needed) throws IOException {
      if (buffer.remaining() < needed) {
        write();
      }
    }

    void put(ByteBuffer piece) throws IOException {
      while (piece.hasRemaining()) {
        room(1);
        int length = Math.min(piece.remaining(), buffer.remaining());
        buffer.put(buffer.position(), piece, piece.position(), length);
        buffer.position(buffer.position() + length);
        piece.position(piece.position() + length);
      }
    }

    void align() throws IOException {
      while ((position + buffer.position()) % BatchHeader.ALIGNMENT != 0) {
        room(1);
        buffer.put((byte) 0);
      }
    }

    void write() throws IOException {
      int length = buffer.flip().remaining();
      if (length > 0) {
        file.write(buffer, position);
        position += length;
      }
      buffer.clear();
    }
  }
}
