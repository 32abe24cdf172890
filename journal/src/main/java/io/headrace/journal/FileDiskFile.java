package io.headrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** An open file of a {@link FileDisk}. */
final class FileDiskFile implements DiskFile {
  private final FileChannel channel;

  private final Path directory;

  FileDiskFile(FileChannel channel, Path directory) {
    this.channel = channel;
    this.directory = directory;
  }

  /** With less than this left a failed write is taken for a full disk, in bytes. */
  private static final long NEARLY_NOTHING_BYTES = 64 << 10;

  /**
   * Says of an error whether the disk is full. Java gives errno only as text, in the language of
   * the system: where that is not English, what is left on the file system decides.
   */
  static IOException refined(IOException e, Path directory) {
    String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    boolean full =
        text.contains("no space left on device")
            || text.contains("quota exceeded")
            || (!text.contains("input/output error")
                && !text.contains("read-only file system")
                && usableBytes(directory) < NEARLY_NOTHING_BYTES);
    return full ? new DiskFullException(String.valueOf(e.getMessage()), e) : e;
  }

  private static long usableBytes(Path directory) {
    try {
      return Files.getFileStore(directory).getUsableSpace();
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }

  @Override
  public void write(ByteBuffer from, long position) throws IOException {
    long at = position;
    try {
      while (from.hasRemaining()) {
        at += channel.write(from, at);
      }
    } catch (IOException e) {
      throw refined(e, directory);
    }
  }

  @Override
  public int read(ByteBuffer to, long position) throws IOException {
    int total = 0;
    while (to.hasRemaining()) {
      int read = channel.read(to, position + total);
      if (read < 0) {
        break;
      }
      total += read;
    }
    return total;
  }

  @Override
  public void force() throws IOException {
    // Not the times of the file, which nobody needs; its length is forced where it changed.
    try {
      channel.force(false);
    } catch (IOException e) {
      throw refined(e, directory);
    }
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public void truncate(long bytes) throws IOException {
    channel.truncate(bytes);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
