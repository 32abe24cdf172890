package io.headrace.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Buffers whose replies are sent, kept for the next connections that answer: a turn takes one for
 * each of them, and to take it from the allocator, to let it grow and to give it back costs a
 * twentieth of a small command. None is kept for a connection of its own, so an idle one has none.
 *
 * <p>Used on the loop's thread only.
 */
final class OutBuffers implements AutoCloseable {
  /** How many are kept: as many as connections are read in a turn. */
  static final int KEPT_MAX = NettyLoopThread.EVENTS_A_TURN;

  /** The largest that is kept, in bytes: all of them take 2 MiB at most. */
  static final int KEPT_BYTES_MAX = 32 * 1024;

  private final ByteBufAllocator buffers;
  private final ByteBuf[] kept = new ByteBuf[KEPT_MAX];
  private int size;

  /** Keeps none yet. */
  OutBuffers(ByteBufAllocator buffers) {
    this.buffers = buffers;
  }

  /** Returns an empty one, which is the caller's. */
  ByteBuf take() {
    return size > 0 ? kept[--size] : buffers.directBuffer(OutLimits.START_BYTES);
  }

  /** Takes one back, or releases it. Nobody else may have it. */
  void give(ByteBuf buffer) {
    if (size < KEPT_MAX && buffer.capacity() <= KEPT_BYTES_MAX) {
      kept[size++] = buffer.clear();
    } else {
      buffer.release();
    }
  }

  @Override
  public void close() {
    while (size > 0) {
      kept[--size].release();
    }
  }
}
