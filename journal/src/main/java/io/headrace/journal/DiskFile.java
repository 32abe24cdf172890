package io.headrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** One open file of a {@link Disk}. */
public interface DiskFile extends AutoCloseable {
  /** Writes all remaining bytes at {@code position}; may have written some when it throws. */
  void write(ByteBuffer from, long position) throws IOException;

  /**
   * Reads up to the buffer's remaining bytes from {@code position}.
   *
   * @return the number of bytes read; less than asked only at the end of the file, then maybe 0
   */
  int read(ByteBuffer to, long position) throws IOException;

  /** Makes all bytes written so far durable. */
  void force() throws IOException;

  /** The file's length in bytes. */
  long size() throws IOException;

  /** Cuts the file to {@code bytes}. */
  void truncate(long bytes) throws IOException;

  @Override
  void close() throws IOException;
}
