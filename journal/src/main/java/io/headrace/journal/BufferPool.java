package io.headrace.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;

/**
 * Buffers between the loop, which fills them, and the journal's thread, which writes them. The loop
 * stops filling by itself at {@link #WALK_BUFFERS}; what must be saved at once because it is about
 * to change may take more, up to {@link #BUFFERS_MAX}.
 */
final class BufferPool {
  static final int BUFFER_BYTES = SnapshotFormat.BLOCK_BYTES_MAX;
  static final int WALK_BUFFERS = 4;
  static final int BUFFERS_MAX = 64;

  private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
  private int out;

  ByteBuffer take() {
    out++;
    ByteBuffer buffer = free.poll();
    if (buffer == null) {
      return ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }
    return buffer.clear();
  }

  void giveBack(ByteBuffer buffer) {
    out--;
    if (free.size() < WALK_BUFFERS) {
      free.add(buffer);
    }
  }

  boolean isShort() {
    return out > WALK_BUFFERS;
  }

  boolean isExhausted() {
    return out > BUFFERS_MAX;
  }
}
