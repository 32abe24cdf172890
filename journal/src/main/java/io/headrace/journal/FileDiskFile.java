package io.headrace.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Locale;

/** An open file of a {@link FileDisk}. */
final class FileDiskFile implements DiskFile {
  private final FileChannel channel;

  FileDiskFile(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Java gives errno only as the text of strerror, which is English unless the locale of C is set:
   * it is not, the JVM sets it for its own use only in LC_CTYPE.
   */
  static IOException refined(IOException e) {
    String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    boolean full = text.contains("no space left on device") || text.contains("quota exceeded");
    return full ? new DiskFullException(String.valueOf(e.getMessage()), e) : e;
  }

  @Override
  public void write(ByteBuffer from, long position) throws IOException {
    long at = position;
    try {
      while (from.hasRemaining()) {
        at += channel.write(from, at);
      }
    } catch (IOException e) {
      throw refined(e);
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
    try {
      // Not the times of the file, which nobody needs; its length is forced where it changed.
      channel.force(false);
    } catch (IOException e) {
      throw refined(e);
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
