package io.headrace.http;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The first bytes of what comes, up to a limit, and the number of all of them. */
final class KeptBytes {
  private static final int FIRST_ROOM = 256;

  private final int max;
  private byte[] bytes = new byte[0];
  private int kept;
  private long total;

  KeptBytes(int max) {
    this.max = max;
  }

  /** Takes so many bytes from the front of what is there. */
  void take(ByteBuffer from, int count) {
    int keep = Math.min(count, max - kept);
    if (keep > bytes.length - kept) {
      long room = Math.max(FIRST_ROOM, Math.max(kept + (long) keep, 2L * bytes.length));
      bytes = Arrays.copyOf(bytes, (int) Math.min(max, room));
    }
    from.get(bytes, kept, keep);
    from.position(from.position() + count - keep);
    kept += keep;
    total += count;
  }

  boolean isFull() {
    return kept == max;
  }

  long total() {
    return total;
  }

  byte[] kept() {
    return Arrays.copyOf(bytes, kept);
  }
}
