package io.headrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file that much is written to in the background, forced piece by piece: what is forced at once
 * keeps the disk from the log's own forces for as long as it takes. 150 MiB forced at the end were
 * 146 ms, in which nothing was acknowledged.
 */
final class PacedFile implements DiskFile {
  /** Bytes written between two forces; some 0.4 ms of a fast disk, and 10 of a slow one. */
  static final int PIECE_BYTES = 1 << 20;

  private final DiskFile file;
  private long unforcedBytes;

  PacedFile(DiskFile file) {
    this.file = file;
  }

  @Override
  public void write(ByteBuffer from, long position) throws IOException {
    unforcedBytes += from.remaining();
    file.write(from, position);
    if (unforcedBytes >= PIECE_BYTES) {
      force();
    }
  }

  @Override
  public int read(ByteBuffer to, long position) throws IOException {
    return file.read(to, position);
  }

  @Override
  public void force() throws IOException {
    file.force();
    unforcedBytes = 0;
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public void truncate(long bytes) throws IOException {
    file.truncate(bytes);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
