package io.headrace.worker.process;

import java.util.Arrays;

/** The last bytes of a stream, however long it is. */
public final class Tail implements Sink {
  /** So many are kept, in bytes. */
  public static final int BYTES_MAX = 64 * 1024;

  private static final int BYTES_FIRST = 1024;

  private byte[] ring = new byte[BYTES_FIRST];
  private long total;

  @Override
  public void take(byte[] chunk, int length) {
    if (total + length > ring.length && ring.length < BYTES_MAX) {
      // Nothing has gone round yet: a ring becomes a longer one as it is.
      ring =
          Arrays.copyOf(
              ring, (int) Math.min(BYTES_MAX, Math.max(total + length, 2L * ring.length)));
    }
    int from = Math.max(0, length - ring.length);
    int count = length - from;
    int at = (int) ((total + from) % ring.length);
    int first = Math.min(count, ring.length - at);
    System.arraycopy(chunk, from, ring, at, first);
    System.arraycopy(chunk, from + first, ring, 0, count - first);
    total += length;
  }

  /** How many bytes there were in all. */
  public long total() {
    return total;
  }

  /** The last ones, at most {@code max}. */
  public byte[] last(int max) {
    int count = (int) Math.min(Math.min(total, ring.length), max);
    var last = new byte[count];
    for (int i = 0; i < count; i++) {
      last[i] = ring[(int) ((total - count + i) % ring.length)];
    }
    return last;
  }

  /** Forgets everything, for the next stream. */
  public void clear() {
    total = 0;
  }
}
