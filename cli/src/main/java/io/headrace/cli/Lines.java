package io.headrace.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The lines of a stream as bytes, without the LF that ends each; the last may lack it. */
final class Lines implements Iterator<byte[]> {
  /** Longest line in bytes, so that a stream without lines does not fill the memory. */
  private static final int LINE_BYTES_MAX = 64 * 1024 * 1024;

  private static final int CHUNK_BYTES = 64 * 1024;

  private final InputStream in;
  private final String source;
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int next;
  private int end;
  private long number;
  private boolean found;

  Lines(InputStream in, String source) {
    this.in = in;
    this.source = source;
  }

  @Override
  public boolean hasNext() {
    if (!found) {
      found = find();
    }
    return found;
  }

  @Override
  public byte[] next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    found = false;
    var bytes = line.toByteArray();
    line.reset();
    return bytes;
  }

  private boolean find() {
    number++;
    boolean any = false;
    while (fill()) {
      any = true;
      int start = next;
      while (next < end && chunk[next] != '\n') {
        next++;
      }
      line.write(chunk, start, next - start);
      if (line.size() > LINE_BYTES_MAX) {
        throw new Failure(
            Exit.NO, source + " line " + number + " is longer than " + LINE_BYTES_MAX + " bytes");
      }
      if (next < end) {
        next++;
        return true;
      }
    }
    return any;
  }

  private boolean fill() {
    try {
      if (next == end) {
        next = 0;
        end = Math.max(0, in.read(chunk));
      }
      return next < end;
    } catch (IOException e) {
      throw new Failure(Exit.USAGE, source + " cannot be read: " + e.getMessage(), e);
    }
  }
}
